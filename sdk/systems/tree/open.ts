import type { Pointer } from "bun:ffi";
import { readFileSync } from "node:fs";
import { cString, lastError } from "../../core/libc/index.ts";
import { calls, flags } from "./calls.ts";

const openDirectoryFlags = flags.readOnly | flags.directory | flags.noFollow | flags.closeOnExec;

/**
 * Opens a folder in an open folder; a symbolic link in its place is refused.
 *
 * @throws SystemCallError ENOENT, ELOOP or ENOTDIR (a link), EACCES …
 */
export function openDirectoryAt(directory: number, name: Uint8Array): number {
  const descriptor = calls.openat(directory, cString(name), openDirectoryFlags, 0);
  if (descriptor < 0) throw lastError("openat");
  return descriptor;
}

/**
 * Opens the folder at an absolute path, name after name, following no link on the way.
 *
 * @throws SystemCallError as `openDirectoryAt`.
 */
export function openDirectory(path: Uint8Array): number {
  let descriptor = openDirectoryAt(flags.atWorkingDirectory, Buffer.from("/"));
  for (const name of namesOf(path)) {
    try {
      const next = openDirectoryAt(descriptor, name);
      calls.close(descriptor);
      descriptor = next;
    } catch (thrown) {
      calls.close(descriptor);
      throw thrown;
    }
  }
  return descriptor;
}

/** The names that a path is made of; `.` and empty ones are left out. */
export function namesOf(path: Uint8Array): Uint8Array[] {
  const names: Uint8Array[] = [];
  let start = 0;
  for (let end = 0; end <= path.length; end += 1) {
    if (end < path.length && path[end] !== slash) continue;
    const name = path.subarray(start, end);
    if (name.length > 0 && !(name.length === 1 && name[0] === dot)) names.push(name);
    start = end + 1;
  }
  return names;
}

const slash = 0x2f;
const dot = 0x2e;

/** A file that is open for its owner and mode to be seen and changed. */
export interface OpenFile {
  descriptor: number;
  /** Without the right to read it, or while somebody holds a lease on it, only its name is open, and its mode is reached by way of /proc. */
  nameOnly: boolean;
}

/** Of the last two, one and the same: its owner holds a lease on it, and would have to be waited for. */
const nameOnlyAfter: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EAGAIN", "EWOULDBLOCK"]);
const openFileFlags = flags.readOnly | flags.noFollow | flags.nonBlocking | flags.closeOnExec;

/**
 * Opens what a name in an open folder names, following nothing. A device, a pipe or a socket is not opened itself.
 *
 * @param into is filled and given back, where an object for each file would be too many
 * @throws SystemCallError ENOENT when it is gone, ELOOP when it has become a link.
 */
export function openFileAt(
  directory: number,
  name: Pointer | Uint8Array,
  special: boolean,
  into: OpenFile = { descriptor: -1, nameOnly: false },
): OpenFile {
  into.nameOnly = special;
  if (!special) {
    into.descriptor = calls.openat(directory, name, openFileFlags, 0);
    if (into.descriptor >= 0) return into;
    const error = lastError("openat");
    if (!nameOnlyAfter.has(error.code)) throw error;
  }
  into.nameOnly = true;
  into.descriptor = calls.openat(directory, name, flags.pathOnly | flags.noFollow | flags.closeOnExec, 0);
  if (into.descriptor < 0) throw lastError("openat");
  return into;
}

export function close(descriptor: number): void {
  calls.close(descriptor);
}

/** How many files this process may still open, about. */
export function openFilesAllowed(): number {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return limit === undefined ? 1_024 : Number(limit);
}

/** The number of the mount that something open lies on, for kernels before 5.8, whose statx does not tell mounts apart. */
export function mountOf(descriptor: number): string {
  return /^mnt_id:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "";
}
