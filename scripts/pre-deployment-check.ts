#!/usr/bin/env -S bun --no-env-file --no-install
import {
  Argument,
  Command,
  failOnOption,
  formatOption,
  onlyOption,
  runScript,
  skipOption,
} from "../sdk/core/cli/index.ts";

runScript({
  name: "pre-deployment-check",
  summary: "Look at everything that could make a deployment fail, and change nothing",
  examples: [
    "./scripts/pre-deployment-check.ts                        # as the next deployment will",
    "./scripts/pre-deployment-check.ts --only disk-space      # one of the checks alone",
    "./scripts/pre-deployment-check.ts --format junit         # for a CI",
  ],
  logName: "pre-deployment",
  changes: false,
  command: new Command()
    .addArgument(
      new Argument(
        "[environment]",
        "where to deploy to (default: the environment that does not serve)",
      ).choices(["blue", "green"] as const),
    )
    .addOption(onlyOption())
    .addOption(skipOption())
    .addOption(formatOption())
    .addOption(failOnOption()),
  run: async ({ config, only = [], skip = [], failOn = "fail", format, json }, io, environment) => {
    const [{ loadConfiguration }, { platformFor }, { hideSecrets }, job, checks] = await Promise.all([
      import("../sdk/core/config/index.ts"),
      import("../sdk/platforms/index.ts"),
      import("../sdk/jobs/deploy/index.ts"),
      import("../sdk/jobs/check/index.ts"),
      import("../checks/index.ts"),
    ]);
    const configuration = await loadConfiguration(config);
    hideSecrets(io, configuration);
    const platform = await platformFor(configuration, io.redactor.redact);
    const { idle, trouble } = await job.whoServes(platform);
    const target = environment ?? idle;
    const set = job.picked(await checks.preDeploymentChecks(configuration, target), { only, skip });
    io.say(`looking at what a deployment to ${target} needs`);
    return job.runOn(io, [...trouble, ...set], { command: "pre-deployment-check", failOn, format, json });
  },
});
