import { notConfigured, type Step, skipped } from "../step.ts";

/** Permissions are put right by a job of its own, which this version does not have. */
export const permissions: Step = {
  name: "permissions",
  run: async () => notConfigured("this version does not change permissions"),
};

/** Backups are made by a job of its own, which this version does not have. */
export const backup: Step = {
  name: "backup",
  run: async ({ options, report }) => {
    if (!options.skipBackup) return notConfigured("no backup was made: this version has none");
    report.warn("NO BACKUP was made: --skip-backup");
    return skipped("--skip-backup: no backup was made");
  },
};
