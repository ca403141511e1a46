#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, InvalidArgumentError, Option, runScript, watchOption } from "../sdk/core/cli/index.ts";

const command = new Command()
  .addOption(watchOption("2s"))
  .addOption(
    new Option("--last <count>", "how many of the last deployments to show").default(5).argParser(asCount),
  );

function asCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("Expected a number of deployments.");
  return Number(text);
}

runScript({
  name: "status",
  summary: "Show which release serves, whether it serves well, and where a rollback would lead",
  examples: [
    "./scripts/status.ts               # what serves now, and what was deployed",
    "./scripts/status.ts --watch       # the same, looked at again every 2 seconds",
    "./scripts/status.ts --last 20     # more of the history",
    "./scripts/status.ts --json        # for a program; the exit code is 0 when the active environment serves",
  ],
  changes: false,
  command,
  run: async (flags, io) => {
    const [{ loadConfiguration }, { platformFor }, { hideSecrets }, job] = await Promise.all([
      import("../sdk/core/config/index.ts"),
      import("../sdk/platforms/index.ts"),
      import("../sdk/jobs/deploy/index.ts"),
      import("../sdk/jobs/status/index.ts"),
    ]);
    const configuration = await loadConfiguration(flags.config);
    hideSecrets(io, configuration);
    const platform = await platformFor(configuration, io.redactor.redact);
    const look = () => job.readStatus(configuration, platform, { last: flags.last });
    if (flags.watch !== undefined) {
      await job.watchOn(io, { look, intervalMs: flags.watch });
      return {};
    }
    const status = await look();
    return {
      exitCode: status.serves ? 0 : 1,
      result: status,
      print: () => job.render(status, io.colors, new Date()).forEach(io.print),
    };
  },
});
