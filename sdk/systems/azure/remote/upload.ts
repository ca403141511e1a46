import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../../core/errors/index.ts";
import { folderOf, type Manifest, manifestFile, readBackup } from "../../../core/manifest/index.ts";
import { receiveBlob } from "../blob/receive.ts";
import { type LocalFile, sendFile, type Transfer } from "../blob/send.ts";
import type { Remote } from "./open.ts";
import { readRemoteManifest } from "./read.ts";
import { isSameBackup } from "./same.ts";
import { within } from "./within.ts";

export interface UploadProgress {
  phase: "sending" | "reading back";
  /** Bytes of the backup that are done with in this phase, and how many there are. */
  done: number;
  total: number;
  /** Of those done, the ones that an earlier run had sent. */
  found: number;
}

export interface UploadOptions {
  signal: AbortSignal;
  onProgress?: ((progress: UploadProgress) => void) | undefined;
}

export interface Uploaded {
  where: string;
  /** Bytes that went over the wire now; the rest had arrived before. */
  sentBytes: number;
  foundBytes: number;
}

/**
 * Brings a backup to the remote place: its files, each of which is read back and hashed, and then its manifest, which
 * makes it a backup there. Cut off anywhere it is no backup there, and the next call goes on from what has arrived.
 * Nothing there is ever overwritten.
 *
 * @throws Failure BACKUP_UNKNOWN, BACKUP_DAMAGED of the one on this host; REMOTE_…, REMOTE_CONFLICT when something else
 *   lies there under a name of this backup; DEADLINE_EXCEEDED
 */
export async function uploadBackup(
  remote: Remote,
  backups: string,
  id: string,
  { signal, onProgress }: UploadOptions,
): Promise<Uploaded> {
  const manifest = readBackup(backups, id);
  return within(remote.deadlineMs, signal, `the upload of ${id}`, async (limited) => {
    const transfer: Transfer = { pace: remote.pace, signal: limited };
    const counted = counter(manifest, transfer, onProgress);
    for (const { file, bytes, sha256 } of manifest.items) {
      const local = { path: join(folderOf(backups, manifest), file), bytes, sha256 };
      await sendAndProve(remote, `${id}/${file}`, local, counted);
    }
    await publish(remote, backups, manifest, transfer);
    return { where: `${remote.where}${id}`, sentBytes: counted.sent(), foundBytes: counted.found() };
  });
}

async function sendAndProve(remote: Remote, name: string, file: LocalFile, counted: Counter): Promise<void> {
  const blob = remote.container.getBlockBlobClient(remote.prefix + name);
  const outcome = await sendFile(blob, file, counted.sending);
  const sha256 = createHash("sha256");
  try {
    for await (const part of receiveBlob(blob, file.bytes, counted.readingBack)) sha256.update(part);
  } catch (thrown) {
    if (outcome === "was there" && thrown instanceof Failure && thrown.code === "REMOTE_DAMAGED")
      throw conflict(blob.name, thrown.why);
    throw thrown;
  }
  if (sha256.digest("hex") === file.sha256) return;
  if (outcome === "was there") throw conflict(blob.name, "it has another SHA-256");
  throw new Failure("REMOTE_DAMAGED", {
    message: `what arrived as ${blob.name} is not what was sent`,
    why: "its SHA-256, read back, is another",
    remedy: "look for what damages data on its way; then make a new backup, since this name is taken now",
    details: { blob: blob.name },
  });
}

/** The manifest that lies there may know less or more of how far the backup was proven: that makes it no other one. */
async function publish(
  remote: Remote,
  backups: string,
  manifest: Manifest,
  transfer: Transfer,
): Promise<void> {
  const path = join(folderOf(backups, manifest), manifestFile);
  const text = readFileSync(path);
  const file = { path, bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") };
  const blob = remote.container.getBlockBlobClient(`${remote.prefix}${manifest.id}/${manifestFile}`);
  await sendFile(blob, file, transfer);
  const there = await readRemoteManifest(remote, manifest.id, transfer);
  if (there === undefined || "why" in there)
    throw conflict(blob.name, there?.why ?? "it cannot be read back");
  if (!isSameBackup(there, manifest)) throw conflict(blob.name, "it is the manifest of another backup");
}

interface Counter {
  sending: Transfer;
  readingBack: Transfer;
  sent: () => number;
  found: () => number;
}

function counter(manifest: Manifest, transfer: Transfer, tell: UploadOptions["onProgress"]): Counter {
  const total = manifest.items.reduce((sum, { bytes }) => sum + bytes, 0);
  const bytes = { sent: 0, found: 0, readBack: 0 };
  return {
    sending: {
      ...transfer,
      onBytes(count, way) {
        bytes[way] += count;
        tell?.({ phase: "sending", done: bytes.sent + bytes.found, total, found: bytes.found });
      },
    },
    readingBack: {
      ...transfer,
      onBytes(count) {
        bytes.readBack += count;
        tell?.({ phase: "reading back", done: bytes.readBack, total, found: bytes.found });
      },
    },
    sent: () => bytes.sent,
    found: () => bytes.found,
  };
}

function conflict(name: string, why: string | undefined): Failure {
  return new Failure("REMOTE_CONFLICT", {
    message: `something else lies at ${name} already, and is left as it is`,
    why,
    remedy: "find out who put it there; a new backup has a name of its own and does not meet it",
    details: { blob: name },
  });
}
