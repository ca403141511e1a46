#!/usr/bin/env -S bun --no-env-file --no-install
import { coldTimes } from "./rollback/cold.ts";
import { warmTimes } from "./rollback/warm.ts";
import { sampleRow } from "./support/measured.ts";
import { median } from "./support/median.ts";
import { runBench } from "./support/run-bench.ts";
import { openWarmStack } from "./support/warm-stack.ts";

await runBench({
  name: "rollback",
  summary:
    "How soon the release before answers after --quick-rollback, warm and stopped, beside what it cannot do without",
  rounds: 7,
  measure: async ({ rounds, signal, say }) => {
    await using warm = await openWarmStack(signal, say);
    say(`rolling back to a warm release, ${rounds} times in turn with the marker alone`);
    const warmly = await warmTimes(warm, rounds, signal);
    say(`rolling back to a stopped release, ${rounds} times in turn with docker start alone`);
    const coldly = await coldTimes(warm, rounds, signal);

    const warmMs = median(warmly.rollback);
    const markerMs = median(warmly.marker);
    const coldMs = median(coldly.rollback);
    const startMs = median(coldly.start);
    return {
      figures: { warmMs, markerMs, coldMs, startMs, coldOverheadMs: coldMs - startMs },
      ratios: { warmVsMarker: warmMs / markerMs, coldVsStart: coldMs / startMs },
      tables: [
        {
          title: "until the other release answers at the front door, its environment being warm",
          rows: [
            sampleRow("--quick-rollback, from its start", warmly.rollback, "ms"),
            sampleRow("the marker alone", warmly.marker, "ms"),
          ],
        },
        {
          title: "the same, its environment being stopped",
          rows: [
            sampleRow("--quick-rollback, from its start", coldly.rollback, "ms"),
            sampleRow("docker start, until healthy", coldly.start, "ms"),
          ],
        },
      ],
      limits: [
        { key: "warmMs", atMost: 250 },
        { key: "coldOverheadMs", atMost: 1_000 },
      ],
    };
  },
});
