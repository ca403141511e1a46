import {
  existsSync,
  linkSync,
  lstatSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { shownBytes } from "../../../core/config/index.ts";
import { Failure } from "../../../core/errors/index.ts";
import {
  errnoOf,
  exchangePaths,
  followLink,
  isWithin,
  mountPointOf,
  syncDirectory,
  writeTrouble,
} from "../../../core/files/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import { mountsWithin } from "../../../systems/host/index.ts";
import type { RestoreDesk } from "../desk.ts";

const hidden = /^\..+\.switchover-[0-9a-f]{16}$/s;
const besideEnding = /^(.+)\.(old|restored)_(\d{8}_\d{6})$/s;

/** A path beside another one that is nobody's, and is written down before it is made. */
export function freshPath(desk: Pick<RestoreDesk, "journal">, target: string): string {
  const random = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const name = join(dirname(target), `.${basename(target)}.switchover-${random}`);
  desk.journal.append({ kind: "fresh", type: "path", name });
  return name;
}

function isFreshPath(path: string): boolean {
  return hidden.test(basename(path));
}

export function keptPath(target: string, now: Date): string {
  return freePath((at) => `${target}.old_${stampOf(at)}`, now);
}

export function besidePath(target: string, now: Date): string {
  return freePath((at) => `${target}.restored_${stampOf(at)}`, now);
}

/** The first path that nothing has, of those that the seconds from now on give. */
function freePath(pathAt: (at: Date) => string, now: Date): string {
  let at = now;
  while (lstatSync(pathAt(at), { throwIfNoEntry: false }) !== undefined) at = new Date(at.getTime() + 1_000);
  return pathAt(at);
}

/** Of a path that a restore may have left beside another one: that one, its own stamp, and what it is; undefined for any other. */
export function readBeside(
  path: string,
): { target: string; state: "kept" | "restored"; stamp: string } | undefined {
  const [, target, word, stamp] = besideEnding.exec(path) ?? [];
  if (target === undefined || stamp === undefined) return undefined;
  return { target, state: word === "old" ? "kept" : "restored", stamp };
}

function stampOf(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
}

/**
 * Sees, before anything is made, that something can be put into a path's place.
 *
 * @throws Failure TARGET_UNUSABLE
 */
export function assertReplaceable(target: string): void {
  const there = lstatSync(target, { throwIfNoEntry: false });
  if (there?.isSymbolicLink()) throw unusable(target, "it is a symbolic link: what it leads to would stay");
  const [mounted] = there === undefined ? [] : mountsWithin(target);
  if (mounted !== undefined)
    throw unusable(target, `something is mounted at ${mounted}: it would go away with what is replaced`);
  const parent = statSync(dirname(target), { throwIfNoEntry: false });
  if (parent?.isDirectory()) return;
  throw unusable(target, "there is no folder above it");
}

/**
 * Refuses to replace what holds the backups, or the state of this very run: they would go away with it.
 *
 * @throws Failure TARGET_UNUSABLE
 */
export function assertHoldsNoneOf(target: string, ours: readonly string[]): void {
  const held = ours.find((path) => isWithin(path, target));
  if (held !== undefined)
    throw unusable(target, `it holds ${held}, which would go away with what is replaced`);
}

/**
 * Refuses to put a database in the place of a symbolic link that did not lead there when it was backed up.
 *
 * @throws Failure TARGET_UNUSABLE
 */
export function assertNotLedElsewhere(target: string, ledTo: string | undefined): void {
  const leadsTo = followLink(target);
  if (leadsTo === undefined) return;
  const then = ledTo === undefined ? "the backup knows of no link" : `led to ${ledTo} when it was backed up`;
  throw unusable(target, `it is a symbolic link to ${leadsTo}, and ${then}`);
}

function unusable(target: string, why: string): Failure {
  return new Failure("TARGET_UNUSABLE", {
    message: `${target} cannot be replaced`,
    why,
    remedy: "restore it beside, without --in-place, or name another place with --as; then move it yourself",
    details: { target },
  });
}

/**
 * Refuses what would fill the disk on which it is to stand: whatever else is there would stop, too.
 *
 * @throws Failure NO_SPACE
 */
export function assertRoomBeside(target: string, { name, rawBytes }: Pick<Item, "name" | "rawBytes">): void {
  const { bavail, bsize } = statfsSync(dirname(target));
  const free = bavail * bsize;
  if (free >= rawBytes) return;
  const mountPoint = mountPointOf(dirname(target));
  throw new Failure("NO_SPACE", {
    message: `a restore of ${name} needs ${shownBytes(rawBytes)}, and ${shownBytes(free)} are free on ${mountPoint}`,
    remedy: `free space there (df -h ${mountPoint}), or name another place with --as; then run again`,
    details: { target, fileSystem: mountPoint, needed: rawBytes, free },
  });
}

/** What the file system refused beside a path, as a person can mend it; any other failure passes as it is. */
export function notWritten(target: string, thrown: unknown): unknown {
  if (thrown instanceof Failure || errnoOf(thrown) === undefined) return thrown;
  const { errno, why, remedy, details } = writeTrouble(dirname(target), thrown);
  return new Failure(errno === "ENOSPC" || errno === "EDQUOT" ? "NO_SPACE" : "TARGET_UNUSABLE", {
    message: `what is to stand at ${target} cannot be written`,
    why,
    remedy,
    details,
    cause: thrown,
  });
}

/** @throws Failure TARGET_UNUSABLE when something stands there */
export function assertFree(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  throw new Failure("TARGET_UNUSABLE", {
    message: `${path} is there already`,
    remedy: "name another place with --as",
    details: { path },
  });
}

/**
 * Puts a folder or a file into a path's place; what stands there goes on as `kept`. A folder is exchanged in one step where
 * the file system can do that. Whenever it is cut off, `settleSwap` brings it to an end.
 *
 * @returns whether something stood there
 */
export function swapPaths(
  desk: Pick<RestoreDesk, "journal">,
  target: string,
  fresh: string,
  kept: string,
): boolean {
  const there = lstatSync(target, { throwIfNoEntry: false });
  desk.journal.append({
    kind: "swap",
    target,
    fresh,
    kept,
    ...(there === undefined ? {} : { inode: there.ino }),
  });
  if (there === undefined) renameSync(fresh, target);
  else if (!there.isDirectory()) {
    linkSync(target, kept);
    renameSync(fresh, target);
  } else if (exchangePaths(fresh, target)) renameSync(fresh, kept);
  else {
    renameSync(target, kept);
    renameSync(fresh, target);
  }
  syncDirectory(dirname(target));
  return there !== undefined;
}

/** Brings a swap that was cut off to an end: the old one stands in its place, or the new one, and the other is kept or gone. */
export function settleSwap(swap: {
  target: string;
  fresh: string;
  kept: string;
  inode?: number | undefined;
}): void {
  const { target, fresh, kept, inode } = swap;
  const inodeOf = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.ino;
  if (inode === undefined) return;
  if (inodeOf(fresh) === inode) renameSync(fresh, kept);
  if (inodeOf(kept) !== inode) return;
  if (!existsSync(target)) renameSync(kept, target);
  else if (inodeOf(target) === inode) unlinkSync(kept);
  syncDirectory(dirname(target));
}

/** Removes what was being made; nothing else ever has such a name. */
export function removeFresh(path: string): void {
  // A file system that cannot be written refuses to remove even what is not there.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  if (isFreshPath(path)) rmSync(path, { recursive: true, force: true });
}
