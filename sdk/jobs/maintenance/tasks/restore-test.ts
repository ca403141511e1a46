import { ownBackups } from "../../../core/manifest/index.ts";
import { type BackupDesk, backupsFolder, proveByRestore } from "../../backup/index.ts";
import type { MaintenanceDesk } from "../desk.ts";
import { done, skipped, type Task } from "../task.ts";

/** The longest that it may take. */
const longestMs = 12 * 3_600_000;

/** Restores the newest backup into a scratch database: the only proof that a restore works is one. */
export const testRestore: Task = {
  name: "restore-test",
  title: "restore of the newest backup",
  async run(desk) {
    const { configuration, dryRun } = desk;
    if (!configuration.maintenance.restoreTest) return skipped("maintenance.restoreTest is off");
    const [newest] = ownBackups(backupsFolder(configuration), configuration.project);
    if (newest === undefined) return skipped("there is no backup to restore");
    if (newest.items.some(({ encryption }) => encryption !== undefined)) {
      return skipped(
        `${newest.id} is encrypted, and this host holds no key: test it where the identity is kept`,
      );
    }
    if (dryRun) return done(`${newest.id} would be restored into a scratch database`);
    const restored = await proveByRestore(proofDesk(desk), newest);
    if (restored.length === 0) return skipped(`${newest.id} holds no database`);
    return done(`${newest.id} restores: ${restored.join(", ")}`, { backup: newest.id, restored });
  },
};

function proofDesk({ configuration, signal, warn, tool }: MaintenanceDesk): BackupDesk {
  const nothing = () => {};
  return {
    configuration,
    signal,
    deadlineMs: longestMs,
    now: () => new Date(),
    report: {
      begin: nothing,
      rate: nothing,
      end: nothing,
      proven: nothing,
      say: tool,
      warn,
      tool: (program, line) => tool(`${program}: ${line}`),
    },
  };
}
