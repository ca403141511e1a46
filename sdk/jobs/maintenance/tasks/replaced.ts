import { counted } from "../../../core/text/index.ts";
import { findServer, removeScratch } from "../../backup/index.ts";
import { keptLine, leftBeside, leftLine, pruneKept, settleLeftovers } from "../../restore/index.ts";
import { databaseNames } from "../databases.ts";
import type { MaintenanceDesk } from "../desk.ts";
import { done, skipped, type Task } from "../task.ts";

/** Removes what restores replaced long ago, and what one that was cut off has left; names what was restored beside. */
export const pruneReplaced: Task = {
  name: "prune-replaced",
  title: "what restores replaced",
  async run(desk) {
    const { configuration, now, signal, dryRun } = desk;
    if (!dryRun) await clearLeftovers(desk);
    const verdicts = await pruneKept({ configuration, now, signal, dryRun });
    const beside = await leftBeside(configuration);
    if (verdicts.length + beside.length === 0)
      return skipped("no restore has left anything that it replaced");
    const gone = verdicts.filter(({ keep }) => !keep);
    const what = dryRun ? "would be removed" : "removed";
    const looked =
      beside.length === 0 ? "" : `; ${counted(beside.length, "thing")} restored beside left to you`;
    return done(
      `${gone.length} of ${counted(verdicts.length, "thing")} that restores replaced ${what}${looked}`,
      { replaced: verdicts, beside },
      [...verdicts.map(keptLine), ...beside.map((one) => leftLine(one, now))],
    );
  },
};

async function clearLeftovers({ configuration, now, signal, warn }: MaintenanceDesk): Promise<void> {
  const server = () => findServer(configuration);
  await settleLeftovers({ configuration, report: { say: warn, warn } }, server);
  if (databaseNames({ configuration }).length > 0)
    await removeScratch({ configuration, signal, now, warn }, await server());
}
