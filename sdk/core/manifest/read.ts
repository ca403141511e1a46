import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure, messageOf } from "../errors/index.ts";
import { errnoOf, readText } from "../files/index.ts";
import { isBackupId, type Manifest, manifestFile, manifestSchema } from "./manifest.ts";

/** A backup whose manifest is there and cannot be used: it is shown to a person, and nothing is done to it. */
export interface Unreadable {
  id: string;
  why: string;
  /** Whether it may be well, and only be shut to this user. */
  closed?: true;
}

export interface Backups {
  /** Newest first, by the time at which they began. */
  backups: Manifest[];
  unreadable: Unreadable[];
}

/**
 * The backups in a folder. What has no manifest is none, and is not spoken of; a folder that is not there has none.
 *
 * @throws Failure STATE_UNREADABLE when the folder cannot be read.
 */
export function listBackups(folder: string): Backups {
  const found: Backups = { backups: [], unreadable: [] };
  for (const id of namesIn(folder).filter(isBackupId)) {
    const read = readIfThere(folder, id);
    if (read === undefined) continue;
    if ("why" in read) found.unreadable.push(read);
    else found.backups.push(read);
  }
  found.backups.sort((one, other) => began(other) - began(one) || other.id.localeCompare(one.id));
  return found;
}

/**
 * The backups of one project, newest first: several may have one folder.
 *
 * @throws Failure as `listBackups` does
 */
export function ownBackups(folder: string, project: string): Manifest[] {
  return listBackups(folder).backups.filter((backup) => backup.project === project);
}

/**
 * One backup, by its id.
 *
 * @throws Failure BACKUP_UNKNOWN, BACKUP_DAMAGED
 */
export function readBackup(folder: string, id: string): Manifest {
  const read = isBackupId(id) ? readIfThere(folder, id) : undefined;
  if (read === undefined) throw unknown(folder, id);
  if ("why" in read) throw damaged(read);
  return read;
}

/** The folder of a backup's files. */
export function folderOf(backups: string, { id }: Pick<Manifest, "id">): string {
  return join(backups, id);
}

/** When a backup began, milliseconds since the epoch. */
function began({ startedAt }: Pick<Manifest, "startedAt">): number {
  return Date.parse(startedAt);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw new Failure("STATE_UNREADABLE", {
      message: `the folder of backups ${folder} cannot be read`,
      why: messageOf(thrown),
      remedy:
        "see that it is a folder which this user may read, and that its disk is well (dmesg); then run again",
      details: { folder },
      cause: thrown,
    });
  }
}

function readIfThere(folder: string, id: string): Manifest | Unreadable | undefined {
  let text: string;
  try {
    text = readText(join(folder, id, manifestFile));
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === "ENOENT" || errno === "ENOTDIR") return undefined;
    if (errno !== "EACCES") return { id, why: messageOf(thrown) };
    return { id, why: "this user may not read it: another one has made it", closed: true };
  }
  return parseManifest(id, text);
}

/** Reads a manifest's text as the one of the backup with this id; text that came from elsewhere is looked at as strictly. */
export function parseManifest(id: string, text: string): Manifest | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    return { id, why: `its manifest is not JSON: ${messageOf(thrown)}` };
  }
  const { success, data, error } = manifestSchema.safeParse(value);
  if (!success) {
    const [issue] = error.issues;
    return {
      id,
      why: `its manifest is not one of this version: ${issue?.path.join(".")}: ${issue?.message}`,
    };
  }
  return data.id === id ? data : { id, why: `its manifest is the one of ${data.id}` };
}

function unknown(folder: string, id: string): Failure {
  return new Failure("BACKUP_UNKNOWN", {
    message: `there is no backup ${id}`,
    why: `${folder} has none of that name with a manifest`,
    remedy: "see which there are: ./scripts/restore-db.ts list",
    details: { id, folder },
  });
}

function damaged({ id, why, closed }: Unreadable): Failure {
  return new Failure("BACKUP_DAMAGED", {
    message: `the backup ${id} cannot be used`,
    why,
    remedy: closed
      ? "run it as the user who made the backup, or as root"
      : "use another backup (./scripts/restore-db.ts list); docs/runbooks/restore-by-hand.md says what its files are",
    details: { id },
  });
}
