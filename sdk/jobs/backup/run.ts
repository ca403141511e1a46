import type { Io } from "../../core/cli/index.ts";
import { asFailure, exitCodes, Failure } from "../../core/errors/index.ts";
import { readBackup, type VerifiedTier } from "../../core/manifest/index.ts";
import { counted } from "../../core/text/index.ts";
import { backUp, type MadeBackup, type Occasion } from "./back-up.ts";
import { type BackupDesk, backupsFolder } from "./desk.ts";
import { retentionLine } from "./plan.ts";
import { pruneBackups } from "./prune.ts";
import { assertProvable, proveByRestore } from "./restore-proof/prove.ts";
import type { Verdict } from "./retention.ts";
import { chosenTargets } from "./targets.ts";

export interface Afterwards {
  /** How far it is to be proven. */
  verify: VerifiedTier;
  /** Whether old backups are removed once the new one is proven. */
  prune: boolean;
  /** The release that serves, and the one before it. */
  releases: readonly string[];
}

export interface BackedUp extends MadeBackup {
  /** Undefined when nothing was pruned. */
  retention: readonly Verdict[] | undefined;
  /** What kept old backups from being removed: the new one is good all the same, and may be copied first. */
  notPruned?: Failure;
}

/**
 * Makes a backup, proves it further, and removes what is too old: never before there is a new one that is proven, as far as
 * was asked. The lock is held for no longer than that: a copy that is brought away afterwards may take long.
 *
 * @throws Failure as `backUp` does; CONFIG_INVALID when it could not be proven as far here, before anything is made; VERIFY_FAILED (5) when the backup is there, and was not proven further
 */
export async function backUpAndTidy(
  open: () => BackupDesk & Disposable,
  occasion: Occasion,
  { verify, prune, releases }: Afterwards,
  io: Pick<Io, "result">,
): Promise<BackedUp> {
  using desk = open();
  if (verify === "restore")
    assertProvable(desk.configuration, chosenTargets(desk.configuration, occasion.database));
  const made = await backUp(desk, occasion);
  const { id } = made.backup;
  // Kept before what may fail: the backup is there.
  io.result({ ...made, retention: undefined });
  if (verify === "restore") {
    await proveByRestore(desk, made.backup).catch((thrown: unknown) => {
      throw notProven(id, thrown);
    });
  }
  const backup = readBackup(backupsFolder(desk.configuration), id);
  const done = { ...made, backup, ...(prune ? pruned(desk, releases) : { retention: undefined }) };
  io.result(done);
  return done;
}

function pruned(desk: BackupDesk, releases: readonly string[]): Pick<BackedUp, "retention" | "notPruned"> {
  const { configuration, report, now } = desk;
  try {
    return { retention: pruneBackups(configuration, { now: now(), releases, dryRun: false }) };
  } catch (thrown) {
    const notPruned = asFailure(thrown);
    report.warn(notPruned.message);
    return { retention: undefined, notPruned };
  }
}

function notProven(id: string, thrown: unknown): Failure {
  const failure = asFailure(thrown);
  if (failure.code === "INTERRUPTED") return failure;
  return new Failure("VERIFY_FAILED", {
    message: `the backup ${id} decodes, but was not proven by a restore: ${failure.message}`,
    why: failure.why,
    remedy: failure.remedy,
    details: { ...failure.details, code: failure.code },
    cause: failure,
    exitCode: exitCodes.doneInPart,
  });
}

/** Prints what was made and what became of the others. */
export function printBackup({ backup, retention }: BackedUp, io: Pick<Io, "print" | "say">): void {
  for (const verdict of retention ?? []) if (verdict.id !== backup.id) io.say(retentionLine(verdict));
  const copies = backup.uploaded.map(({ where }) => `, copy at ${where}`).join("");
  io.print(
    `${backup.id}  ${backup.kind}, ${counted(backup.items.length, "item")}, verified: ${backup.verified.tier}${copies}`,
  );
}
