#!/usr/bin/env -S bun --no-env-file --no-install
import { sampleRow } from "./support/measured.ts";
import { median, pairedRatio } from "./support/median.ts";
import { runBench } from "./support/run-bench.ts";
import { dropped } from "./switch/dropped.ts";
import { markerCost } from "./switch/marker-cost.ts";
import { totalsOf } from "./switch/totals.ts";

await runBench({
  name: "switch",
  summary:
    "What a switch by marker drops and costs, beside a switch by rewriting the upstreams and reloading nginx",
  rounds: 5,
  measure: async ({ rounds, signal, say }) => {
    const { marker, reload, rollback, image } = await dropped(rounds, signal, say);
    say(`driving the edge with the marker and the one without it side by side, ${rounds} times`);
    const cost = await markerCost(image, rounds, signal);

    const ours = totalsOf([...marker, rollback]);
    const theirs = totalsOf(reload);
    for (const failure of [...marker, rollback].flatMap(({ users }) => users.failures)) say(failure);
    const markerMs = marker.flatMap(({ done }) => done);
    const reloadMs = reload.flatMap(({ done }) => done);
    const perSecond = (lane: keyof typeof cost) => cost[lane].map((sample) => sample.requestsPerSecond);
    const cpuUs = (lane: keyof typeof cost) => cost[lane].map((sample) => sample.edgeCpuUs);
    const shares = (lane: keyof typeof cost) => cost[lane].map((sample) => sample.processorShare);
    const plainShares = shares("plain");
    const edgesProcessor = shares("marker").map((share, look) => share + (plainShares[look] ?? Number.NaN));
    return {
      figures: {
        ...ours,
        switches: markerMs.length,
        rollbacks: 1,
        switchMs: median(markerMs),
        reloads: reloadMs.length,
        reloadRequests: theirs.requests,
        reloadSocketErrors: theirs.socketErrors,
        reloadNon2xx: theirs.non2xx,
        reloadLostUploads: theirs.lostUploads,
        reloadClosedSockets: theirs.closedSockets,
        reloadMs: median(reloadMs),
        markerPerSecond: median(perSecond("marker")),
        plainPerSecond: median(perSecond("plain")),
        markerEdgeCpuUs: median(cpuUs("marker")),
        plainEdgeCpuUs: median(cpuUs("plain")),
        edgesProcessor: median(edgesProcessor),
      },
      ratios: {
        markerVsPlain: pairedRatio(perSecond("marker"), perSecond("plain")),
        plainVsMarkerCpu: pairedRatio(cpuUs("plain"), cpuUs("marker")),
        reloadVsMarkerMs: median(reloadMs) / median(markerMs),
      },
      tables: [
        {
          title: "dropped under wrk -t1 -c50, 10 WebSockets and 4 slow uploads",
          rows: [
            { switch: "marker", times: markerMs.length, ...totalsOf(marker) },
            { switch: "reload", times: reloadMs.length, ...theirs },
            { switch: "--quick-rollback", times: 1, ...totalsOf([rollback]) },
          ],
        },
        {
          title: "from the switch to the first answer of the other environment, under that load",
          rows: [sampleRow("marker", markerMs, "ms"), sampleRow("reload", reloadMs, "ms")],
        },
        {
          title:
            "requests a second through two edges that share a processor, before an upstream that costs next to nothing",
          rows: [
            sampleRow("marker", perSecond("marker"), "requests/s"),
            sampleRow("fixed upstream", perSecond("plain"), "requests/s"),
          ],
        },
        {
          title: "the edge's own processor time for one request",
          rows: [
            sampleRow("marker", cpuUs("marker"), "us"),
            sampleRow("fixed upstream", cpuUs("plain"), "us"),
          ],
        },
        {
          title:
            "how much of the edges' processor they used: where that is little, what they serve compares nothing",
          rows: [sampleRow("both edges", edgesProcessor, "processors")],
        },
      ],
      limits: [
        ...["socketErrors", "non2xx", "lostUploads", "closedSockets"].map((key) => ({ key, atMost: 0 })),
        { key: "markerVsPlain", atLeast: 0.95 },
        { key: "edgesProcessor", atLeast: 0.75 },
      ],
    };
  },
});
