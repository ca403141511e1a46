import { counted } from "../../../core/text/index.ts";
import { pruneBackups, retentionLine } from "../../backup/index.ts";
import { done, skipped, type Task } from "../task.ts";

/** Removes the backups that retention lets go, and says of each why it stays or goes. */
export const pruneOldBackups: Task = {
  name: "prune-backups",
  title: "old backups",
  async run({ configuration, now, dryRun, kept }) {
    const verdicts = pruneBackups(configuration, { now, releases: kept().inService, dryRun });
    if (verdicts.length === 0) return skipped("there are no backups");
    const gone = verdicts.filter(({ keep }) => !keep);
    const what = dryRun ? "would be removed" : "removed";
    return done(
      `${counted(gone.length, "backup")} of ${verdicts.length} ${what}`,
      { backups: verdicts },
      verdicts.map(retentionLine),
    );
  },
};
