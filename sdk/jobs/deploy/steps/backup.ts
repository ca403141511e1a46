import { done, notConfigured, type Step, skipped } from "../step.ts";

/**
 * Has a backup made and proven while nothing has changed yet. Its id is in the journal before the next step begins: a run
 * that goes on after its migrations keeps the backup that was made before them.
 */
export const backup: Step = {
  name: "backup",
  run: async (deployment, work) => {
    const { backups, course, findings, journal, options, report } = deployment;
    if (findings.backup !== undefined) {
      journal.append({ kind: "backed-up", id: findings.backup });
      return skipped(`backup ${findings.backup} was made before this run was cut off`);
    }
    if (options.skipBackup) {
      report.warn("NO BACKUP was made: --skip-backup");
      return skipped("--skip-backup: no backup was made");
    }
    if ((await backups.holds()).length === 0) {
      return notConfigured("no backup was made: the configuration names nothing to back up");
    }
    const made = await backups.make(course, work);
    if ("nothing" in made) {
      report.warn(`NO BACKUP was made: ${made.nothing}`);
      return skipped(`no backup was made: ${made.nothing}`);
    }
    findings.backup = made.id;
    journal.append({ kind: "backed-up", id: made.id });
    return done(`${made.id}, ${made.detail}`);
  },
};
