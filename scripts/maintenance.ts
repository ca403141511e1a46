#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, Option, runScript } from "../sdk/core/cli/index.ts";

const tasks = [
  "freshness",
  "certificate",
  "integrity",
  "vacuum",
  "prune-logs",
  "journals",
  "prune-backups",
  "prune-replaced",
  "images",
  "assets",
  "restore-test",
] as const;

const command = new Command()
  .addOption(new Option("--task <name...>", "only these tasks").choices(tasks))
  .addOption(
    new Option(
      "--window <time>",
      'work only then: "Sun 02:00-04:00 UTC" (default: maintenance.window of the configuration)',
    ),
  )
  .option("--dry-run", "only say what would be done");

runScript({
  name: "maintenance",
  summary: "Check databases, backups and certificates, and clear away what is too old",
  examples: [
    "./scripts/maintenance.ts                                   # everything, within the configured window",
    "./scripts/maintenance.ts --dry-run                         # only say what would be done",
    "./scripts/maintenance.ts --task integrity vacuum           # two tasks",
    './scripts/maintenance.ts --window "Sun 02:00-04:00 UTC"     # outside of it, nothing is done',
  ],
  logName: "maintenance",
  command,
  announce: async (flags, io) =>
    (await import("../sdk/jobs/announce/index.ts")).announce("maintenance", flags, io),
  run: async (flags, io) => {
    const [{ loadConfiguration }, { windowOf, maintain }, deployments, checks] = await Promise.all([
      import("../sdk/core/config/index.ts"),
      import("../sdk/jobs/maintenance/index.ts"),
      import("../sdk/jobs/deploy/index.ts"),
      import("../checks/index.ts"),
    ]);
    const configuration = await loadConfiguration(flags.config);
    const window = windowOf(configuration, flags.window);
    deployments.hideSecrets(io, configuration);
    return maintain(
      {
        configuration,
        dryRun: flags.dryRun ?? false,
        now: new Date(),
        signal: io.signal,
        kept: () => deployments.releasesToKeep(configuration, configuration.maintenance.releases),
        checks: checks.maintenanceChecks(configuration, io.redactor),
        warn: io.warn,
        tool: (line) => io.log.tool("docker", line, "stdout"),
      },
      { only: flags.task ?? [], window },
      io,
    );
  },
});
