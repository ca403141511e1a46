import { createHash } from "node:crypto";
import { createReadStream, existsSync, rmSync, statfsSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { shownBytes } from "../../../core/config/index.ts";
import { Failure } from "../../../core/errors/index.ts";
import { mountPointOf, writeFailure, writeFully } from "../../../core/files/index.ts";
import {
  folderOf,
  holdPartial,
  type Item,
  isBackupId,
  type Manifest,
  type PartialFolder,
  readBackup,
} from "../../../core/manifest/index.ts";
import { receiveBlob } from "../blob/receive.ts";
import type { Transfer } from "../blob/send.ts";
import type { Remote } from "./open.ts";
import { readRemoteManifest } from "./read.ts";
import { isSameBackup } from "./same.ts";
import { within } from "./within.ts";

export interface DownloadOptions {
  signal: AbortSignal;
  /** Told of bytes of the backup that are here, of how many. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * The manifest of one remote backup.
 *
 * @throws Failure BACKUP_UNKNOWN, BACKUP_DAMAGED, REMOTE_…
 */
export async function readRemoteBackup(remote: Remote, id: string, signal: AbortSignal): Promise<Manifest> {
  const read = isBackupId(id) ? await readRemoteManifest(remote, id, { ...remote, signal }) : undefined;
  if (read === undefined) {
    throw new Failure("BACKUP_UNKNOWN", {
      message: `there is no remote backup ${id}`,
      why: `${remote.where} has none of that name with a manifest`,
      remedy: "see which there are: ./scripts/restore-db.ts list --from blob",
      details: { id, where: remote.where },
    });
  }
  if (!("why" in read)) return read;
  throw new Failure("BACKUP_DAMAGED", {
    message: `the remote backup ${id} cannot be used`,
    why: read.why,
    remedy: "use another backup: ./scripts/restore-db.ts list --from blob",
    details: { id, where: remote.where },
  });
}

/**
 * Brings a remote backup to this host. It comes into a partial folder, which becomes a backup in one step when every
 * file has the size and the SHA-256 that the manifest says. Files that are whole are kept when it is cut off, and not
 * fetched again. A backup that is here already is left as it is.
 *
 * @throws Failure BACKUP_UNKNOWN, BACKUP_DAMAGED, REMOTE_…, NO_SPACE, DEADLINE_EXCEEDED, LOCK_HELD
 */
export async function downloadBackup(
  remote: Remote,
  id: string,
  backups: string,
  { signal, onProgress }: DownloadOptions,
): Promise<Manifest> {
  return within(remote.deadlineMs, signal, `the download of ${id}`, async (limited) => {
    const manifest = await readRemoteBackup(remote, id, limited);
    if (existsSync(folderOf(backups, manifest))) return sameAsHere(backups, manifest);
    const partial = hold(backups, id);
    try {
      await fetchAll(remote, manifest, partial.path, { signal: limited, onProgress });
      return publish(remote, partial, manifest);
    } finally {
      partial.release();
    }
  });
}

/** Not removed when it is cut off. */
function hold(backups: string, id: string): PartialFolder {
  try {
    return holdPartial(backups, id, `fetches the backup ${id}`);
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown : unwritten(backups, thrown);
  }
}

async function fetchAll(
  remote: Remote,
  { id, items }: Manifest,
  folder: string,
  { signal, onProgress }: DownloadOptions,
): Promise<void> {
  const total = items.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const here = (bytes: number) => {
    done += bytes;
    onProgress?.(done, total);
  };
  assertSpace(folder, items);
  for (const item of items) {
    const path = join(folder, item.file);
    if (await isWhole(path, item)) here(item.bytes);
    else await fetchFile(remote, id, item, path, { pace: remote.pace, signal, onBytes: here });
  }
}

function sameAsHere(backups: string, manifest: Manifest): Manifest {
  const here = readBackup(backups, manifest.id);
  if (isSameBackup(here, manifest)) return here;
  throw new Failure("REMOTE_CONFLICT", {
    message: `the backup ${manifest.id} on this host is another one than the remote backup of that name`,
    remedy: `find out which of the two is the right one; move ${folderOf(backups, manifest)} away to fetch the remote one`,
    details: { id: manifest.id },
  });
}

function assertSpace(partial: string, items: Manifest["items"]): void {
  const { bavail, bsize } = statfsSync(partial);
  const free = bavail * bsize;
  const present = (item: Item) => statSync(join(partial, item.file), { throwIfNoEntry: false })?.size ?? 0;
  const missing = items.reduce((sum, item) => sum + Math.max(0, item.bytes - present(item)), 0);
  if (missing <= free) return;
  const place = mountPointOf(partial);
  throw new Failure("NO_SPACE", {
    message: `the remote backup needs ${shownBytes(missing)} here, and ${shownBytes(free)} are free on ${place}`,
    remedy: `free space there (df -h ${place}), then run again`,
    details: { missing, free },
  });
}

async function isWhole(path: string, { bytes, sha256 }: Item): Promise<boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== bytes) return false;
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest("hex") === sha256;
}

async function fetchFile(
  remote: Remote,
  id: string,
  { file, bytes, sha256 }: Item,
  path: string,
  transfer: Transfer,
): Promise<void> {
  const blob = remote.container.getBlobClient(`${remote.prefix}${id}/${file}`);
  const hash = createHash("sha256");
  rmSync(path, { force: true });
  try {
    await using handle = await open(path, "wx", 0o600);
    for await (const part of receiveBlob(blob, bytes, transfer)) {
      hash.update(part);
      writeFully(handle.fd, part);
    }
    await handle.sync();
  } catch (thrown) {
    rmSync(path, { force: true });
    throw thrown instanceof Failure || transfer.signal.aborted ? thrown : unwritten(path, thrown);
  }
  if (hash.digest("hex") === sha256) return;
  rmSync(path, { force: true });
  throw new Failure("REMOTE_DAMAGED", {
    message: `the remote file ${blob.name} is not the one that its manifest speaks of`,
    why: "its SHA-256 is another",
    remedy: "restore another backup; the container's versions or soft delete may still have this one",
    details: { blob: blob.name },
  });
}

function publish(remote: Remote, partial: PartialFolder, manifest: Manifest): Manifest {
  const copy = { where: `${remote.where}${manifest.id}`, at: new Date().toISOString() };
  const known = { ...manifest, uploaded: [copy] };
  try {
    partial.publish(known);
  } catch (thrown) {
    throw unwritten(partial.path, thrown);
  }
  return known;
}

function unwritten(path: string, thrown: unknown): Failure {
  return writeFailure("STATE_NOT_WRITTEN", `${path} cannot be written`, path, thrown);
}
