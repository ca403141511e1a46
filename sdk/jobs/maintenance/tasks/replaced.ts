import { findServer } from "../../backup/index.ts";
import { keptLine, pruneKept, settleLeftovers } from "../../restore/index.ts";
import { counted, done, skipped, type Task } from "../task.ts";

/** Removes what restores replaced long ago, and what a restore that was cut off has left. */
export const pruneReplaced: Task = {
  name: "prune-replaced",
  title: "what restores replaced",
  async run({ configuration, now, signal, dryRun, warn }) {
    if (!dryRun)
      await settleLeftovers({ configuration, report: { say: warn, warn } }, () => findServer(configuration));
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
