import { type Configuration, shownBytes } from "../../core/config/index.ts";
import { type BackupKind, newBackupId, ownBackups, type VerifiedTier } from "../../core/manifest/index.ts";
import { backupsFolder } from "./desk.ts";
import { type Judged, judgeRetention, type Verdict } from "./retention.ts";
import { expectedBytes } from "./space.ts";
import { chosenTargets, type Target } from "./targets.ts";

export interface BackupPlan {
  targets: readonly Target[];
  /** Bytes that it will probably take; 0 when nothing of it was ever backed up. */
  expected: number;
  retention: readonly Verdict[];
  lines: readonly string[];
}

interface Planned {
  kind: BackupKind;
  database: string | undefined;
  verify: VerifiedTier;
  prune: boolean;
  releases: readonly string[];
  now: Date;
}

/**
 * What a backup would hold, and what retention would remove once there is that backup. Changes nothing.
 *
 * @throws Failure NOTHING_TO_BACK_UP, DATABASE_UNKNOWN
 */
export function planBackup(
  configuration: Configuration,
  { kind, database, verify, prune, releases, now }: Planned,
): BackupPlan {
  const targets = chosenTargets(configuration, database);
  const folder = backupsFolder(configuration);
  const { project, backups: rules } = configuration;
  const earlier = ownBackups(folder, project);
  const expected = expectedBytes(targets, earlier);
  const coming: Judged = {
    id: newBackupId(now),
    kind,
    startedAt: now.toISOString(),
    project,
    pinned: false,
    items: targets,
    verified: { tier: verify },
  };
  const own: Judged[] = [coming, ...earlier];
  const verdicts = prune ? judgeRetention(own, { now, releases, ...rules }) : [];
  const retention = verdicts.filter(({ id }) => id !== coming.id);
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
