#!/usr/bin/env -S bun --no-env-file --no-install
import { openStack } from "../tests/support/stack.ts";
import { timedChecks } from "./checks/timed-checks.ts";
import { wholeSite } from "./checks/whole-site.ts";
import { sampleRow } from "./support/measured.ts";
import { median, pairedRatio } from "./support/median.ts";
import { runBench } from "./support/run-bench.ts";
import { inTurns } from "./support/turns.ts";

await runBench({
  name: "checks",
  summary: "How long the whole set before a deployment takes, beside its slowest check and one after another",
  rounds: 7,
  measure: async ({ rounds, signal, say }) => {
    await using stack = await openStack();
    stack.writeConfiguration(await wholeSite(stack));
    say("deploying a release to a copy of the example, so that there is a site to look at");
    const { exitCode, stderr } = await stack.deploy(["--release", "r1", "--skip-backup"]);
    signal.throwIfAborted();
    if (exitCode !== 0) throw new Error(`deploy-production exited ${exitCode}\n${stderr}`);
    // The first deployment went to green.
    const contestants = await timedChecks(stack.configFile, "blue");
    say(`making the checks, side by side and one after another, ${rounds} times in turn`);
    await inTurns(1, contestants, signal);
    const { sideBySide, oneAfterAnother } = await inTurns(rounds, contestants, signal);

    const together = sideBySide.map(({ totalMs }) => totalMs);
    const sequential = oneAfterAnother.map(({ totalMs }) => totalMs);
    const ids = Object.keys(sideBySide[0]?.checks ?? {});
    const alone = ids.map((id) => ({ id, times: oneAfterAnother.map(({ checks }) => checks[id] ?? 0) }));
    const slowest = oneAfterAnother.map(({ checks }) => Math.max(...Object.values(checks)));
    return {
      figures: {
        checks: ids.length,
        wholeSetMs: median(together),
        slowestMs: median(slowest),
        sequentialMs: median(sequential),
      },
      ratios: { vsSlowest: pairedRatio(together, slowest), vsSequential: pairedRatio(together, sequential) },
      tables: [
        {
          title: "the whole set",
          rows: [
            sampleRow("side by side", together, "ms"),
            sampleRow("one after another", sequential, "ms"),
            sampleRow("the slowest of them, alone", slowest, "ms"),
          ],
        },
        {
          title: "each check, alone and beside the others",
          rows: alone
            .toSorted((one, other) => median(other.times) - median(one.times))
            .map(({ id, times }) => ({
              ...sampleRow(id, times, "ms"),
              beside: median(sideBySide.map(({ checks }) => checks[id] ?? 0)).toFixed(0),
            })),
        },
      ],
      limits: [{ key: "vsSlowest", atMost: 1.15 }],
    };
  },
});
