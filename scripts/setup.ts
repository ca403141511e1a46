#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, Option, runScript } from "../sdk/core/cli/index.ts";

const command = new Command()
  .addOption(
    new Option("--for <purpose>", "what the machine is to be used for")
      .choices(["deploy", "demo", "test"] as const)
      .default("deploy" as const),
  )
  .option("--dry-run", "show what is missing, and the commands that would install it");

runScript({
  name: "setup",
  summary: "Install what this machine lacks: Docker, Compose, base images; quick when nothing is missing",
  examples: [
    "./scripts/setup.ts                        # what a deployment needs",
    "./scripts/setup.ts --for test --dry-run   # what the tests would need",
  ],
  config: false,
  command,
  run: async (flags, io) => {
    const { planLines, planSetUp, setUp, setUpLine } = await import("../sdk/jobs/setup/index.ts");
    if (flags.dryRun) {
      const items = await planSetUp(flags.for);
      planLines(items).forEach(io.say);
      return { result: { purpose: flags.for, dryRun: true, items } };
    }
    const result = await setUp(flags.for, { say: io.say, signal: io.signal });
    io.say(setUpLine(result));
    return { result };
  },
});
