#!/usr/bin/env -S bun --no-env-file --no-install
import { makeTree } from "./permissions/tree.ts";
import { turnsOf } from "./permissions/turns.ts";
import { sampleRow } from "./support/measured.ts";
import { median, pairedRatio } from "./support/median.ts";
import { runBench } from "./support/run-bench.ts";

const files = 1_000_000;
const folders = 2_000;

await runBench({
  name: "permissions",
  summary: `fix-permissions on ${files} files in ${folders} folders, beside find, and beside chown -R with chmod -R`,
  rounds: 3,
  measure: async ({ rounds, signal, say }) => {
    say(`making ${files} files in ${folders} folders`);
    using tree = await makeTree(files, folders, signal);
    const found = await turnsOf(tree, rounds, signal, say);
    const peakMB = Math.max(...found.peaks);
    return {
      figures: {
        scanMs: median(found.scan),
        findMs: median(found.find),
        changeMs: median(found.change),
        chownChmodMs: median(found.chownChmod),
        filesPerSecond: Math.round(files / (median(found.scan) / 1_000)),
        peakMB,
      },
      ratios: {
        scanVsFind: pairedRatio(found.scan, found.find),
        changeVsChown: pairedRatio(found.change, found.chownChmod),
      },
      tables: [
        {
          title: "nothing is wrong: the whole script, from its start",
          rows: [sampleRow("fix-permissions", found.scan, "ms"), sampleRow("find", found.find, "ms")],
        },
        {
          title: "owner and mode of everything are wrong",
          rows: [
            sampleRow("fix-permissions, with a record to undo it", found.change, "ms"),
            sampleRow("chown -R, then chmod -R", found.chownChmod, "ms"),
          ],
        },
      ],
      limits: [
        { key: "scanVsFind", atMost: 1.5 },
        { key: "changeVsChown", atMost: 1.2 },
        { key: "peakMB", atMost: 200 },
      ],
    };
  },
});
