#!/usr/bin/env -S bun --no-env-file --no-install
import {
  Argument,
  Command,
  failOnOption,
  formatOption,
  Option,
  onlyOption,
  runScript,
  skipOption,
} from "../sdk/core/cli/index.ts";

runScript({
  name: "post-deployment-verify",
  summary: "Verify that an environment works, and is the release that was deployed there",
  examples: [
    "./scripts/post-deployment-verify.ts green                   # past the proxy; through it, too, when green serves",
    "./scripts/post-deployment-verify.ts green --release 1.8.3   # that it is this release",
    "./scripts/post-deployment-verify.ts blue --fail-on warn     # a warning is a failure, too",
  ],
  logName: (environment) => `post-deployment-verify-${environment}`,
  changes: false,
  command: new Command()
    .addArgument(
      new Argument("<environment>", "the environment to verify").choices(["blue", "green"] as const),
    )
    .addOption(
      new Option(
        "--release <id>",
        "the release that must be there (default: the one that was deployed there last)",
      ),
    )
    .addOption(onlyOption())
    .addOption(skipOption())
    .addOption(formatOption())
    .addOption(failOnOption()),
  run: async ({ config, release, only = [], skip = [], failOn = "fail", format, json }, io, environment) => {
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
    const expected = await job.expectedRelease(configuration, platform, environment, release);
    const { active, trouble } = await job.whoServes(platform);
    const serves = active === environment;
    const set = [
      ...(await checks.postDeploymentChecks(configuration, environment, expected)),
      ...(serves ? await checks.frontDoorChecks(configuration, environment, expected) : []),
    ];
    io.say(`verifying that ${environment} is release ${expected}${serves ? ", which serves" : ""}`);
    return job.runOn(io, [...trouble, ...job.picked(set, { only, skip })], {
      command: "post-deployment-verify",
      failOn,
      format,
      json,
    });
  },
});
