import { statfsSync } from "node:fs";
import { shownBytes } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { makeFolder, mountPointOf } from "../../core/files/index.ts";
import type { Item, Manifest } from "../../core/manifest/index.ts";
import type { Target } from "./targets.ts";

/** What a backup may be larger than the one before. */
const growth = 1.25;

/** The newest item of a type and name in earlier backups, newest first. */
export function lastItem(backups: readonly Manifest[], type: Item["type"], name: string): Item | undefined {
  for (const { items } of backups) {
    const found = items.find((item) => item.type === type && item.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Bytes that a backup of these will probably take; what was never backed up counts as nothing. */
export function expectedBytes(targets: readonly Target[], backups: readonly Manifest[]): number {
  const last = targets.flatMap(({ type, name }) => lastItem(backups, type, name) ?? []);
  // A SQLite database is copied before the copy is compressed.
  const bytes = last.map((item) => item.bytes + (item.type === "sqlite" ? item.rawBytes : 0));
  return Math.ceil(bytes.reduce((sum, each) => sum + each, 0) * growth);
}

/**
 * Refuses to begin what would fill the disk: a full one hurts more than the backup.
 *
 * @throws Failure NO_SPACE
 */
export function assertSpace(folder: string, needed: number): void {
  makeFolder(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  const mountPoint = mountPointOf(folder);
  throw new Failure("NO_SPACE", {
    message: `the backup needs about ${shownBytes(needed)}, and ${shownBytes(free)} are free on ${mountPoint}`,
    why: `the last one took ${shownBytes(needed / growth)}, and it may have grown by a quarter`,
    remedy: `free space there (df -h ${mountPoint}), or keep fewer backups: backups.keepCount, backups.keepDays`,
    details: { folder, fileSystem: mountPoint, needed, free },
  });
}
