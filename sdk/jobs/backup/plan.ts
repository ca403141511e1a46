import type { Configuration } from "../../core/config/index.ts";
import { listBackups } from "../../core/manifest/index.ts";
import { backupsFolder } from "./desk.ts";
import { pruneBackups } from "./prune.ts";
import { shownBytes } from "./rate.ts";
import type { Verdict } from "./retention.ts";
import { expectedBytes } from "./space.ts";
import { chosenTargets, type Target } from "./targets.ts";

export interface BackupPlan {
  targets: readonly Target[];
  /** Bytes that it will probably take; 0 when nothing of it was ever backed up. */
  expected: number;
  retention: readonly Verdict[];
  lines: readonly string[];
}

/**
 * What a backup would hold, and what retention would remove if it were run now. Changes nothing.
 *
 * @throws Failure NOTHING_TO_BACK_UP, DATABASE_UNKNOWN
 */
export function planBackup(
  configuration: Configuration,
  { database, releases, now }: { database: string | undefined; releases: readonly string[]; now: Date },
): BackupPlan {
  const targets = chosenTargets(configuration, database);
  const folder = backupsFolder(configuration);
  const expected = expectedBytes(targets, listBackups(folder).backups);
  const retention = pruneBackups(configuration, { now, releases, dryRun: true });
  return {
    targets,
    expected,
    retention,
    lines: [
      ...targets.map((target) => `${target.type} ${"path" in target ? target.path : target.name}`),
      `into ${folder}${expected === 0 ? "" : `, about ${shownBytes(expected)}`}`,
      ...retention.map(retentionLine),
    ],
  };
}

/** What becomes of a backup, in a line. */
export function retentionLine({ id, kind, keep, reasons }: Verdict): string {
  return `${keep ? "keep  " : "remove"} ${id} ${kind}: ${reasons.join("; ")}`;
}
