#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, runScript } from "../sdk/core/cli/index.ts";

runScript({
  name: "repl",
  summary: "Open a REPL in which every check, the configuration and the SDK have their names",
  examples: [
    './scripts/repl.ts                                        # then: await diskSpace({ path: "/" })',
    './scripts/repl.ts --config config/deployment.config.ts   # then: await runChecks(await preDeploymentChecks(configuration, "green"))',
    "echo 'await platform.proxy()' | ./scripts/repl.ts        # without a person",
  ],
  changes: false,
  command: new Command(),
  run: async ({ config }, io) => {
    const [
      { $, loadRooms, openRepl },
      { loadConfiguration },
      { platformFor },
      { hideSecrets },
      { messageOf },
      checks,
    ] = await Promise.all([
      import("../sdk/jobs/repl/index.ts"),
      import("../sdk/core/config/index.ts"),
      import("../sdk/platforms/index.ts"),
      import("../sdk/jobs/deploy/index.ts"),
      import("../sdk/core/errors/index.ts"),
      import("../checks/index.ts"),
    ]);
    const configuration = await loadConfiguration(config).catch((thrown: unknown) => {
      io.warn(`there is no configuration: ${messageOf(thrown)}`);
      return undefined;
    });
    if (configuration !== undefined) hideSecrets(io, configuration);
    const platform = configuration && (await platformFor(configuration, io.redactor.redact));
    const sdk = await loadRooms();
    const { runChecks } = await import("../sdk/core/finding/index.ts");
    io.say(
      `${Object.keys(checks.catalogue).length} checks by their names, as in: await diskSpace({ path: "/" })`,
    );
    io.say(`configuration, platform, runChecks, catalogue; sdk has ${Object.keys(sdk).join(", ")}`);
    io.say("$ is a shell, as in: await $`docker ps`");
    await openRepl(io, { ...checks, configuration, platform, runChecks, sdk, $ });
    return {};
  },
});
