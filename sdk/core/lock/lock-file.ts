import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { giveToFolderOwner, makeFolder } from "../files/index.ts";
import { type LockHolder, parseHolder, serializeHolder } from "./holder.ts";

const closeOnExec = 0o2000000;

/** Opens the lock file, making it if needed. No child inherits it, and a symbolic link in its place is refused. */
export function openLockFile(path: string, directoryMode: number): number {
  makeFolder(dirname(path), directoryMode);
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | closeOnExec, 0o600);
  try {
    giveToFolderOwner(descriptor, path);
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
  return descriptor;
}

/** Opens the lock file only to look at it. */
export function openForProbe(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | closeOnExec);
}

/** Whether the open file is still the one at `path`: a lock on a file that was removed locks nobody out. */
export function isStillAt(path: string, descriptor: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  const held = fstatSync(descriptor);
  return found?.ino === held.ino && found.dev === held.dev;
}

/**
 * Writes the holder over what stands in the file. On a full disk it is left unwritten: the kernel's lock is
 * what counts, and a rollback must not fail because its name could not be put on the door.
 */
export function writeHolder(descriptor: number, holder: LockHolder): void {
  const bytes = Buffer.from(serializeHolder(holder));
  try {
    writeSync(descriptor, bytes, 0, bytes.length, 0);
    ftruncateSync(descriptor, bytes.length);
  } catch {
    clearHolder(descriptor);
  }
}

export function clearHolder(descriptor: number): void {
  try {
    ftruncateSync(descriptor, 0);
  } catch {
    // A read-only file system: there is nothing to be done about it, and nothing depends on it.
  }
}

export function readHolder(path: string): LockHolder | undefined {
  try {
    return parseHolder(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
