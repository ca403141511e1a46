import type { Configuration } from "../../core/config/index.ts";
import { Failure, messageOf } from "../../core/errors/index.ts";
import { ownBackups, removeBackup } from "../../core/manifest/index.ts";
import { backupsFolder } from "./desk.ts";
import { judgeRetention, type Verdict } from "./retention.ts";

export interface PruneOptions {
  now: Date;
  /** The release that serves, and the one before it. */
  releases: readonly string[];
  /** Only say what would go. */
  dryRun: boolean;
}

/**
 * Removes the backups that retention lets go, oldest first. The caller holds the lock, and has just made a verified backup,
 * or removes nothing that such a one is needed for: the newest verified backup is never removed.
 *
 * @throws Failure PRUNE_FAILED; what could be removed is
 */
export function pruneBackups(
  configuration: Configuration,
  { now, releases, dryRun }: PruneOptions,
): Verdict[] {
  const folder = backupsFolder(configuration);
  const { keepDays, keepCount } = configuration.backups;
  const own = ownBackups(folder, configuration.project);
  const verdicts = judgeRetention(own, { now, keepDays, keepCount, releases });
  if (dryRun) return verdicts;
  const troubles = new Map<string, string>();
  for (const { id } of verdicts.filter(({ keep }) => !keep).toReversed()) {
    try {
      removeBackup(folder, id);
    } catch (thrown) {
      troubles.set(id, messageOf(thrown));
    }
  }
  if (troubles.size > 0) throw notRemoved(folder, troubles);
  return verdicts;
}

function notRemoved(folder: string, troubles: ReadonlyMap<string, string>): Failure {
  const told = [...troubles].map(([id, why]) => `${id}: ${why}`);
  return new Failure("PRUNE_FAILED", {
    message: `old backups could not be removed: ${[...troubles.keys()].join(", ")}`,
    why: told.join("\n"),
    remedy: `look at ${folder}: its owner, its mode, and whether it can be written`,
    details: { folder, troubles: told },
  });
}
