#!/usr/bin/env -S bun --no-env-file --no-install
import { Argument, Command, Option, runScript } from "../sdk/core/cli/index.ts";

const actions = ["list", "show", "restore", "swap-back"] as const;

const command = new Command()
  .addArgument(new Argument("<action>", "what to do").choices(actions))
  .addArgument(new Argument("[which]", "a backup's id; for swap-back, the database or path"))
  .addOption(new Option("--in-place", "put it into the place of what serves, which is kept").conflicts("as"))
  .addOption(new Option("--as <name>", "restore one thing under this name, beside what serves"))
  .addOption(new Option("--database <name>", "only this database").conflicts("path"))
  .addOption(new Option("--path <name>", "only this folder or file, by its name in the backup"))
  .addOption(new Option("--from <place>", "take the copy that was brought away").choices(["blob"] as const))
  .addOption(new Option("--identity <file>", "what age-keygen wrote, for a backup that is encrypted"))
  .addOption(new Option("--confirm <name>", "take it as confirmed that what has this name is replaced"));

runScript({
  name: "restore-db",
  summary: "List backups, and restore databases, folders and files of one",
  examples: [
    "./scripts/restore-db.ts list                              # the backups, and what restores have kept",
    "./scripts/restore-db.ts show 20261126-105813-7f3a         # what one holds",
    "./scripts/restore-db.ts restore 20261126-105813-7f3a      # beside what serves, to look at",
    "./scripts/restore-db.ts restore 20261126-105813-7f3a --database cell_hub --in-place",
    "./scripts/restore-db.ts restore 20261126-105813-7f3a --from blob    # the copy that was brought away",
    "./scripts/restore-db.ts swap-back cell_hub                # what stood there before serves again",
  ],
  logName: "restore",
  command,
  // Whoever only looks is no news.
  announce: async (flags, io, [action]) =>
    action === "list" || action === "show"
      ? undefined
      : (await import("../sdk/jobs/announce/index.ts")).announce("restore", flags, io),
  run: async (flags, io, action, which) => {
    const [{ loadConfiguration }, { hideSecrets }, job] = await Promise.all([
      import("../sdk/core/config/index.ts"),
      import("../sdk/jobs/deploy/index.ts"),
      import("../sdk/jobs/restore/index.ts"),
    ]);
    job.assertApplies(action, flags, which);
    const configuration = await loadConfiguration(flags.config);
    hideSecrets(io, configuration);
    const remote = flags.from === undefined ? undefined : await job.openRemoteBackups(io, configuration);
    if (action === "list") {
      const listing = await job.listAll(configuration, remote);
      return { result: listing, print: () => job.printListing(listing, io, remote) };
    }
    if (action === "swap-back") {
      const kept = await job.newestKept(configuration, which);
      await job.confirmReplacing(
        io,
        [`${kept.type} ${kept.target} by ${kept.at}`],
        job.wordForKept(kept),
        flags.confirm,
      );
      using desk = job.openRestoreDesk(io, configuration, undefined);
      return job.swapBackOutcome(await job.swapBack(desk, kept));
    }
    const id = job.idOf(which);
    const backup = await (remote?.find(id) ?? job.findBackup(configuration, id));
    if (action === "show") {
      const needs = await job.needsOf(configuration, backup);
      return {
        result: { backup, needs },
        print: () => job.shownBackup(configuration, backup, needs, remote).forEach(io.print),
      };
    }
    if (backup.project !== configuration.project)
      io.warn(`${id} is a backup of the project ${backup.project}, not of ${configuration.project}`);
    const pieces = job.choosePieces(configuration, backup, flags);
    const goal = job.goalOf(pieces, flags);
    if (goal.kind === "in-place") {
      const what = pieces.map(({ item, target }) => `${item.type} ${target}`);
      await job.confirmReplacing(io, what, job.wordFor(configuration, backup, pieces), flags.confirm);
    }
    using desk = job.openRestoreDesk(io, configuration, flags.identity);
    await remote?.fetch(desk, id);
    return job.restoreOutcome(id, await job.restoreBackup(desk, backup, pieces, goal));
  },
});
