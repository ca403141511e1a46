import type { Io } from "../../core/cli/index.ts";
import { asFailure, type ErrorCode, exitCodes, Failure } from "../../core/errors/index.ts";
import { type Manifest, readBackup, type VerifiedTier } from "../../core/manifest/index.ts";
import { backUp, type MadeBackup, type Occasion } from "./back-up.ts";
import { type BackupDesk, backupsFolder } from "./desk.ts";
import { retentionLine } from "./plan.ts";
import { pruneBackups } from "./prune.ts";
import { proveByRestore } from "./restore-proof/prove.ts";
import type { Verdict } from "./retention.ts";
import { assertRemote, uploadCopy } from "./upload.ts";

export interface Afterwards {
  /** How far it is to be proven. */
  verify: VerifiedTier;
  /** Whether a copy goes to the remote place. */
  upload: boolean;
  /** Whether old backups are removed once the new one is proven. */
  prune: boolean;
  /** The release that serves, and the one before it. */
  releases: readonly string[];
}

export interface BackedUp extends MadeBackup {
  /** Undefined when nothing was pruned. */
  retention: readonly Verdict[] | undefined;
}

/**
 * Makes a backup, proves it further, brings a copy away, and removes what is too old: never before there is a new one that
 * is proven. A copy that cannot be brought away keeps nothing from being pruned; one that is not proven as far as was
 * asked does.
 *
 * @throws Failure as `backUp` does; with exit code 5 when the backup is there, and what came after it failed
 */
export async function backUpAndTidy(
  desk: BackupDesk,
  occasion: Occasion,
  { verify, upload, prune, releases }: Afterwards,
  io: Pick<Io, "result" | "redactor">,
): Promise<BackedUp> {
  if (upload) assertRemote(desk.configuration);
  const made = await backUp(desk, occasion);
  const { id } = made.backup;
  const backups = backupsFolder(desk.configuration);
  const done = (): BackedUp => ({ ...made, backup: readBackup(backups, id), retention });
  let retention: readonly Verdict[] | undefined;
  // Kept before what may fail: the backup is there.
  io.result(done());
  if (verify === "restore") {
    await proveByRestore(desk, made.backup).catch((thrown: unknown) => {
      throw doneInPart("VERIFY_FAILED", `the backup ${id} decodes, but was not proven by a restore`, thrown);
    });
  }
  const uploading = upload
    ? await attempt(() => uploadCopy(desk, readBackup(backups, id), io.redactor))
    : undefined;
  if (prune) retention = pruneBackups(desk.configuration, { now: desk.now(), releases, dryRun: false });
  io.result(done());
  if (uploading instanceof Error) {
    throw doneInPart(
      "UPLOAD_FAILED",
      `the backup ${id} is good, but no copy of it was brought away`,
      uploading,
    );
  }
  return done();
}

async function attempt(act: () => Promise<Manifest>): Promise<Error | undefined> {
  try {
    await act();
    return undefined;
  } catch (thrown) {
    return asFailure(thrown);
  }
}

function doneInPart(code: ErrorCode, what: string, thrown: unknown): Failure {
  const failure = asFailure(thrown);
  if (failure.code === "INTERRUPTED") return failure;
  return new Failure(code, {
    message: `${what}: ${failure.message}`,
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
    `${backup.id}  ${backup.kind}, ${backup.items.length} items, verified: ${backup.verified.tier}${copies}`,
  );
}
