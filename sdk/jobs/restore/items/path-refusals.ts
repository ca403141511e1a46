import { lstatSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { shownBytes } from "../../../core/config/index.ts";
import { Failure } from "../../../core/errors/index.ts";
import { errnoOf, followLink, isWithin, mountPointOf, writeFailure } from "../../../core/files/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import { mountsWithin } from "../../../systems/host/index.ts";

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
  return writeFailure(
    "TARGET_UNUSABLE",
    `what is to stand at ${target} cannot be written`,
    dirname(target),
    thrown,
  );
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
