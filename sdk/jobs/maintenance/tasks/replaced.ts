import { findServer, removeScratch } from "../../backup/index.ts";
import { keptLine, pruneKept, settleLeftovers } from "../../restore/index.ts";
import { databaseNames } from "../databases.ts";
import type { MaintenanceDesk } from "../desk.ts";
import { counted, done, skipped, type Task } from "../task.ts";

/** Removes what restores replaced long ago, and what a restore that was cut off has left. */
export const pruneReplaced: Task = {
  name: "prune-replaced",
  title: "what restores replaced",
  async run(desk) {
    const { configuration, now, signal, dryRun } = desk;
    if (!dryRun) await clearLeftovers(desk);
    const verdicts = await pruneKept({ configuration, now, signal, dryRun });
    if (verdicts.length === 0) return skipped("no restore has left anything that it replaced");
    const gone = verdicts.filter(({ keep }) => !keep);
    const what = dryRun ? "would be removed" : "removed";
    return done(
      `${gone.length} of ${counted(verdicts.length, "thing")} that restores replaced ${what}`,
      { replaced: verdicts },
      verdicts.map(keptLine),
    );
  },
};

async function clearLeftovers({ configuration, now, signal, warn }: MaintenanceDesk): Promise<void> {
  const server = () => findServer(configuration);
  await settleLeftovers({ configuration, report: { say: warn, warn } }, server);
  if (databaseNames({ configuration }).length > 0)
    await removeScratch({ configuration, signal, now, warn }, await server());
}
