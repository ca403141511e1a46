import type { Io } from "../../core/cli/index.ts";
import type { VerifiedTier } from "../../core/manifest/index.ts";
import { backUp, type MadeBackup, type Occasion } from "./back-up.ts";
import type { BackupDesk } from "./desk.ts";
import { retentionLine } from "./plan.ts";
import { pruneBackups } from "./prune.ts";
import type { Verdict } from "./retention.ts";

export interface Afterwards {
  /** How far it is to be proven. */
  verify: VerifiedTier;
  /** Whether old backups are removed once the new one is proven. */
  prune: boolean;
  /** The release that serves, and the one before it. */
  releases: readonly string[];
  /** Told what there is as soon as it is there: what comes after it may fail. */
  keep: (done: BackedUp) => void;
}

export interface BackedUp extends MadeBackup {
  /** Undefined when nothing was to be pruned. */
  retention: readonly Verdict[] | undefined;
}

/**
 * Makes a backup, and then removes what is too old: never before there is a new one that is proven.
 *
 * @throws Failure as `backUp` does; PRUNE_FAILED (5) when the backup is good and what came after it failed
 */
export async function backUpAndPrune(
  desk: BackupDesk,
  occasion: Occasion,
  { prune, releases, keep }: Afterwards,
): Promise<BackedUp> {
  const made = await backUp(desk, occasion);
  keep({ ...made, retention: undefined });
  const retention = prune
    ? pruneBackups(desk.configuration, { now: desk.now(), releases, dryRun: false })
    : undefined;
  return { ...made, retention };
}

/** Prints what was made and what became of the others. */
export function printBackup({ backup, retention }: BackedUp, io: Pick<Io, "print" | "say">): void {
  for (const verdict of retention ?? []) if (verdict.id !== backup.id) io.say(retentionLine(verdict));
  io.print(`${backup.id}  ${backup.kind}, ${backup.items.length} items, verified: ${backup.verified.tier}`);
}
