#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, Option, runScript } from "../sdk/core/cli/index.ts";

const command = new Command()
  .addOption(
    new Option(
      "--release <id>",
      "deploy this release: built under this id, or used again if it is here already",
    ),
  )
  .option(
    "--force",
    "go on in spite of failed checks, across a migration that the other release cannot live with, or back without a history",
  )
  .option("--skip-backup", "make no backup")
  .addOption(
    new Option("--quick-rollback", "return to the last release that served well").conflicts([
      "resume",
      "abort",
      "release",
      "skipBackup",
    ]),
  )
  .addOption(
    new Option("--resume", "go on with a deployment that was cut off").conflicts(["abort", "release"]),
  )
  .addOption(
    new Option("--abort", "take back a deployment that was cut off").conflicts([
      "release",
      "dryRun",
      "skipBackup",
    ]),
  )
  .addOption(new Option("--dry-run", "print what would be done, and change nothing").conflicts(["resume"]))
  .option("--yes", "take a breaking migration as confirmed");

const load = () =>
  Promise.all([
    import("../sdk/core/config/index.ts"),
    import("../sdk/jobs/deploy/index.ts"),
    import("../sdk/jobs/announce/index.ts"),
  ]);

runScript({
  name: "deploy-production",
  summary: "Put a release into production with no dropped request, or take it back",
  examples: [
    "./scripts/deploy-production.ts                     # build and deploy what is checked out",
    "./scripts/deploy-production.ts --release 1.8.3     # under an id of your own",
    "./scripts/deploy-production.ts --dry-run           # only say what would happen",
    "./scripts/deploy-production.ts --quick-rollback    # back to the last good release, now",
  ],
  logName: "deployment",
  // Putting a deployment back can take as long as starting the release that was there before.
  cleanupMs: 300_000,
  command,
  load,
  announce: async (flags, io) => {
    const [, , { announce }] = await load();
    return announce("deployment", flags, io);
  },
  run: async (flags, io) => {
    const [{ loadConfiguration }, job] = await load();
    const configuration = await loadConfiguration(flags.config);
    const { force = false, skipBackup = false, yes = false } = flags;
    using desk = await job.openDesk(io, {
      configuration,
      checks: {
        before: async (target) =>
          (await import("../checks/index.ts")).preDeploymentChecks(configuration, target),
        after: async (target, release) =>
          (await import("../checks/index.ts")).postDeploymentChecks(configuration, target, release),
        frontDoor: async (target, release) =>
          (await import("../checks/index.ts")).frontDoorChecks(configuration, target, release),
      },
      backups: {
        holds: async () => (await import("../sdk/jobs/backup/index.ts")).heldBy(configuration),
        make: async (course, work) => {
          const releases = job.releasesInService(job.readHistory(job.storeOf(configuration).history));
          const { backUpForDeployment } = await import("../sdk/jobs/backup/index.ts");
          return backUpForDeployment(io, configuration, { ...course, releases, work });
        },
      },
      permissions: {
        put: async (work) =>
          (await import("../sdk/jobs/permissions/index.ts")).putRight(io, configuration, work),
      },
      options: { force, skipBackup, yes },
      command: "deploy-production",
      lock: !flags.dryRun,
    });
    if (flags.dryRun) {
      const plan = await (flags.quickRollback ? job.planRollback(desk) : job.planOnly(desk, flags.release));
      return { result: plan, print: () => plan.lines.forEach(io.print) };
    }
    if (flags.quickRollback) return { result: await job.quickRollback(desk) };
    if (flags.abort) return { result: await job.abort(desk) };
    if (flags.resume) return { result: await job.resume(desk) };
    return { result: await job.deploy(desk, flags.release) };
  },
});
