#!/usr/bin/env -S bun --no-env-file --no-install
import { openStack } from "../tests/support/stack.ts";
import { compared } from "./checks/compared.ts";
import { timedChecks } from "./checks/timed-checks.ts";
import { wholeSite } from "./checks/whole-site.ts";
import { runBench } from "./support/run-bench.ts";
import { inTurns } from "./support/turns.ts";

// Without it every check is a moment's work for a processor, and the number of processors decides.
const longest = "model-weights";

await runBench({
  name: "checks",
  summary: "How long the whole set before a deployment takes, beside its slowest check and one after another",
  rounds: 7,
  measure: async ({ rounds, signal, say }) => {
    await using stack = await openStack();
    say("making a copy of the example a site with every check, and weights of a large model");
    stack.writeConfiguration(await wholeSite(stack));
    say("deploying a release to it");
    const { exitCode, stderr } = await stack.deploy(["--release", "r1", "--skip-backup"]);
    signal.throwIfAborted();
    if (exitCode !== 0) throw new Error(`deploy-production exited ${exitCode}\n${stderr}`);
    // The first deployment went to green.
    const all = await timedChecks(stack.configFile, "blue");
    const short = await timedChecks(stack.configFile, "blue", longest);
    const contestants = {
      sideBySide: all.sideBySide,
      oneAfterAnother: all.oneAfterAnother,
      shortSideBySide: short.sideBySide,
      shortOneAfterAnother: short.oneAfterAnother,
    };
    say(`making the checks, side by side and one after another, ${rounds} times in turn`);
    await inTurns(1, contestants, signal);
    const runs = await inTurns(rounds, contestants, signal);
    const whole = compared("the whole set", runs.sideBySide, runs.oneAfterAnother);
    const rest = compared(`without ${longest}`, runs.shortSideBySide, runs.shortOneAfterAnother);
    return {
      figures: { ...whole.figures, withoutWeights: { ...rest.figures } },
      ratios: {
        vsSlowest: whole.vsSlowest,
        vsSequential: whole.vsSequential,
        vsSlowestWithoutWeights: rest.vsSlowest,
        vsSequentialWithoutWeights: rest.vsSequential,
      },
      tables: [...whole.tables, ...rest.tables],
      limits: [{ key: "vsSlowest", atMost: 1.15 }],
    };
  },
});
