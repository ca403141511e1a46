import { existsSync, linkSync, lstatSync, renameSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { exchangePaths, syncDirectory } from "../../../core/files/index.ts";
import type { RestoreDesk } from "../desk.ts";

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
