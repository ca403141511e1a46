import { closeSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../errors/index.ts";
import { errnoOf, giveWhole, makeFolder, openFolder, syncDirectory } from "../files/index.ts";
import { acquireLock, type Lock } from "../lock/index.ts";
import { isBackupId, type Manifest } from "./manifest.ts";
import { folderOf } from "./read.ts";
import { writeManifest } from "./write.ts";

/** What is being made, or being removed, has this behind its name: no list sees it, and the next run clears it away. */
const ending = ".partial";

/** Held in the folder by whoever works in it: two projects may have one folder of backups, and each its own lock. */
const lockFile = ".lock";

/** The folder of a backup that is being made. Nobody else clears it away for as long as it is held. */
export interface PartialFolder {
  readonly path: string;
  /**
   * Makes it a backup: the manifest is the last file, and one rename shows it all. Everything in it must be on the disk.
   * Root's is given to the owner of the folder of backups, whose next run reads and prunes it.
   *
   * @throws the file system's own error; it is then no backup.
   */
  publish(manifest: Manifest): void;
  /** Lets it go as it stands: who makes the same backup goes on with it, and any other run clears it away. */
  release(): void;
}

/**
 * Makes the folder of a backup that is to be made, or goes on with one that was left.
 *
 * @param doing what is said to another run that wants it too.
 * @throws Failure LOCK_HELD when another run works in it, LOCK_NOT_TAKEN; or the file system's own error.
 */
export function holdPartial(backups: string, id: string, doing: string): PartialFolder {
  const path = join(backups, id + ending);
  makeFolder(backups);
  // Root's own until it is published: programs write into it by its name.
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = lockIn(path, doing);
  return {
    path,
    publish(manifest) {
      writeManifest(path, manifest);
      syncDirectory(path);
      const folder = openFolder(path);
      try {
        renameSync(path, join(backups, id));
        syncDirectory(backups);
        // It says nothing of a backup; one that is left by a cut here is in nobody's way.
        rmSync(join(backups, id, lockFile), { force: true });
        giveWhole(folder, path);
      } finally {
        closeSync(folder);
      }
    },
    release: () => lock.release(),
  };
}

/** The same for one that nobody goes on with: it is gone when it is disposed of, unless it has been published. */
export function beginPartial(backups: string, id: string, doing: string): PartialFolder & Disposable {
  const held = holdPartial(backups, id, doing);
  return {
    ...held,
    [Symbol.dispose]() {
      removeHeld(held.path, held);
    },
  };
}

/** Removes a backup: it is none from the first moment, however far its files have gone when this is cut off. */
export function removeBackup(backups: string, id: string): void {
  const path = folderOf(backups, { id });
  renameSync(path, path + ending);
  syncDirectory(backups);
  clear(path + ending);
}

/** Clears away what runs that were cut off have left, whosever they were, and nothing in which one is at work. Gives what there was. */
export function clearPartials(backups: string): string[] {
  if (!existsSync(backups)) return [];
  return readdirSync(backups)
    .filter(isPartial)
    .filter((name) => clear(join(backups, name)));
}

/** @returns whether it was nobody's, and is gone. */
function clear(path: string): boolean {
  const lock = lockUnlessHeld(path);
  if (lock === "held") return false;
  removeHeld(path, lock);
  return true;
}

/**
 * Removes a folder by whoever holds its lock. The lock's file goes last and is closed before its folder goes: a network file
 * system keeps what is removed while it is open, under another name, and no folder with that in it can be removed.
 */
function removeHeld(path: string, lock: Pick<Lock, "release"> | undefined): void {
  try {
    for (const name of entriesOf(path))
      if (name !== lockFile) rmSync(join(path, name), { recursive: true, force: true });
    rmSync(join(path, lockFile), { force: true });
  } finally {
    lock?.release();
  }
  removeEmpty(path);
}

function entriesOf(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

/** Where somebody has begun meanwhile, the folder is theirs. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (thrown) {
    if (!["ENOENT", "ENOTEMPTY"].includes(errnoOf(thrown) ?? "")) throw thrown;
  }
}

function lockUnlessHeld(path: string): Lock | "held" | undefined {
  try {
    return lockIn(path, "clears it away");
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === "LOCK_HELD") return "held";
    // Root's, in which another user may not look; its own next run clears it away.
    if (errnoOf(thrown) === "EACCES") return "held";
    // A full disk has no room for a lock where there was none: nobody can be at work there.
    if (["ENOSPC", "EDQUOT"].includes(errnoOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}

function lockIn(path: string, doing: string): Lock {
  const holder = { pid: process.pid, command: "another run", since: new Date().toISOString(), doing };
  try {
    return acquireLock(join(path, lockFile), holder);
  } catch (thrown) {
    const cause = thrown instanceof Failure ? thrown.cause : undefined;
    throw errnoOf(cause) === undefined ? thrown : cause;
  }
}

function isPartial(name: string): boolean {
  return name.endsWith(ending) && isBackupId(name.slice(0, -ending.length));
}
