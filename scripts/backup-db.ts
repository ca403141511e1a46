#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, Option, runScript } from "../sdk/core/cli/index.ts";

const command = new Command()
  .addOption(new Option("--database <name>", "only this database, with the server's roles"))
  .addOption(
    new Option("--kind <kind>", "what it is made for; each kind has a quota of its own")
      .choices(["pre-deployment", "scheduled", "manual"] as const)
      .default("manual" as const),
  )
  .addOption(
    new Option(
      "--verify <tier>",
      "how far it is proven (default: backups.verify of the configuration)",
    ).choices(["decode", "restore"] as const),
  )
  .option("--upload", "bring a copy to backups.remote, where it is read back")
  .addOption(
    new Option("--upload-only <id>", "make none: copy this one, going on from what has arrived").conflicts([
      "database",
      "verify",
      "upload",
      "dryRun",
    ]),
  )
  .option("--no-prune", "remove no old backups afterwards")
  .option("--dry-run", "only say what would be backed up and what would be removed");

runScript({
  name: "backup-db",
  summary: "Back up databases, uploads and files, prove the backup, and remove what is too old",
  examples: [
    "./scripts/backup-db.ts                        # everything that the configuration names",
    "./scripts/backup-db.ts --kind scheduled       # from cron or a timer",
    "./scripts/backup-db.ts --database cell_hub    # one database, with the server's roles",
    "./scripts/backup-db.ts --verify restore       # proven by a restore into a scratch database",
    "./scripts/backup-db.ts --upload               # and a copy to Azure Blob Storage",
    "./scripts/backup-db.ts --dry-run              # what would be backed up, and what retention would remove",
  ],
  logName: "backup",
  command,
  announce: async (flags, io) =>
    (await import("../sdk/jobs/announce/index.ts")).announce("backup", flags, io),
  run: async (flags, io) => {
    const [{ loadConfiguration }, job] = await Promise.all([
      import("../sdk/core/config/index.ts"),
      import("../sdk/jobs/backup/index.ts"),
    ]);
    const configuration = await loadConfiguration(flags.config);
    const { hideSecrets, readHistory, releasesInService, storeOf } = await import(
      "../sdk/jobs/deploy/index.ts"
    );
    hideSecrets(io, configuration);
    const releases = releasesInService(readHistory(storeOf(configuration).history));
    if (flags.uploadOnly !== undefined) {
      const uploaded = await job.upload(io, configuration, flags.uploadOnly);
      return { result: { uploaded }, print: () => io.print(uploaded.where) };
    }
    const {
      database,
      kind,
      verify = configuration.backups.verify,
      upload = false,
      prune,
      dryRun = false,
    } = flags;
    if (upload) (await import("../sdk/systems/azure/index.ts")).remoteOf(configuration);
    if (dryRun) {
      const plan = job.planBackup(configuration, {
        kind,
        database,
        verify,
        prune,
        releases,
        now: new Date(),
      });
      return { result: plan, print: () => plan.lines.forEach(io.print) };
    }
    const open = () => job.openBackupDesk(io, configuration);
    const occasion = { kind, database, release: releases[0] };
    const made = await job.backUpAndTidy(open, occasion, { verify, prune, releases }, io);
    const copied = await job.copyMade(io, configuration, made, upload);
    return { result: copied, print: () => job.printBackup(copied, io) };
  },
});
