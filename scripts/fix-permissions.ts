#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, type Io, Option, runScript } from "../sdk/core/cli/index.ts";

const command = new Command()
  .option("--dry-run", "print what would be changed, and change nothing")
  .addOption(new Option("--undo <run>", "put back what a run changed"));

runScript({
  name: "fix-permissions",
  summary:
    "Bring owners and modes of uploads, secrets, backups and logs into the order that the policy describes",
  examples: [
    "./scripts/fix-permissions.ts --dry-run                    # what would change, by rule",
    "sudo ./scripts/fix-permissions.ts                         # change what differs, and nothing else",
    "sudo ./scripts/fix-permissions.ts --undo 20261120-180227-001    # put back what that run changed",
  ],
  logName: "fix-permissions",
  // Interrupted, it stops between two batches: there is nothing to put back first.
  changes: false,
  command,
  announce: async (flags, io) =>
    (await import("../sdk/jobs/announce/index.ts")).announce("permissions", flags, io),
  run: async (flags, io) => {
    const [{ loadConfiguration }, job, { acquireLock }] = await Promise.all([
      import("../sdk/core/config/index.ts"),
      import("../sdk/jobs/permissions/index.ts"),
      import("../sdk/core/lock/index.ts"),
    ]);
    const configuration = await loadConfiguration(flags.config);
    const { dryRun = false } = flags;
    const name = "fix-permissions";
    const since = new Date().toISOString();
    const holder = {
      pid: process.pid,
      command: name,
      since,
      doing: flags.undo === undefined ? name : "undo",
    };
    using _lock = dryRun ? undefined : acquireLock(configuration.state("lock"), holder);
    const { signal } = io;
    const again = [process.argv[1] ?? "./scripts/fix-permissions.ts", ...process.argv.slice(2)];
    const started = performance.now();
    const told = (looked: number, changed: number) =>
      io.status(rate(looked, changed, performance.now() - started));

    if (flags.undo !== undefined) {
      const root = configuration.root;
      const folder = job.recordsOf(configuration);
      const progress = (so: { restored: number; already: number }) =>
        told(so.restored + so.already, so.restored);
      const undone = await job.undo(flags.undo, { folder, root, dryRun, signal, progress });
      return ended(io, undone, job.renderUndone(undone, dryRun), job.incomplete(undone, again));
    }
    const progress = (so: { looked: number; changed: number }) => told(so.looked, so.changed);
    const tool = (line: string) => io.log.tool("docker", line, "stdout");
    const fixed = await job.fixPermissions(configuration, { dryRun, signal, progress, tool });
    const failed = job.incomplete({ ...fixed, failed: fixed.left.failed }, again);
    return ended(io, fixed, job.renderFixed(fixed), dryRun ? undefined : failed);
  },
});

/** What could not be done is a failure, after all that was done has been told. */
function ended(io: Io, result: unknown, lines: readonly string[], failure: Error | undefined) {
  io.status(undefined);
  for (const line of lines) io.log.info(line);
  if (failure === undefined) return { result, print: () => lines.forEach(io.print) };
  io.result(result);
  lines.forEach(io.print);
  throw failure;
}

function rate(looked: number, changed: number, ms: number): string {
  const perSecond = ms > 0 ? Math.round((looked / ms) * 1_000) : 0;
  return `${looked.toLocaleString("en")} looked at, ${changed.toLocaleString("en")} changed, ${perSecond.toLocaleString("en")} a second`;
}
