import { constants } from "node:os";
import { cString, lastErrno, lastError, lastingText } from "../../core/libc/index.ts";
import { calls, flags } from "./calls.ts";
import type { OpenFile } from "./open.ts";

const nothing = lastingText("");

/** Changes the owner and group of what is open. @throws SystemCallError EPERM, EROFS, EIO … */
export function changeOwner({ descriptor }: OpenFile, uid: number, gid: number): void {
  if (calls.fchownat(descriptor, nothing, uid, gid, flags.atEmptyPath) !== 0) throw lastError("fchownat");
}

/** Changes the permission bits of what is open. @throws SystemCallError EPERM, EROFS, EIO … */
export function changeMode({ descriptor, nameOnly }: OpenFile, mode: number): void {
  if (!nameOnly) {
    if (calls.fchmod(descriptor, mode) !== 0) throw lastError("fchmod");
    return;
  }
  if (calls.chmod(cString(`/proc/self/fd/${descriptor}`), mode) !== 0) throw lastError("chmod");
}

const attributes = {
  /** An access control list beyond the nine bits. */
  accessList: lastingText("system.posix_acl_access"),
  /** The capabilities of a program, which a change of owner takes away. */
  capabilities: lastingText("security.capability"),
} as const;

/** Whether what is open has an extended attribute. A file system that knows none has none. */
export function hasAttribute(
  { descriptor, nameOnly }: OpenFile,
  attribute: keyof typeof attributes,
): boolean {
  const name = attributes[attribute];
  const size = nameOnly
    ? calls.getxattr(cString(`/proc/self/fd/${descriptor}`), name, null, 0)
    : calls.fgetxattr(descriptor, name, null, 0);
  if (Number(size) >= 0) return true;
  // Most files have none: an error object for each of them would cost more than all the rest.
  const errno = lastErrno();
  if (errno === constants.errno.ENODATA || errno === constants.errno.EOPNOTSUPP) return false;
  throw lastError("fgetxattr");
}

export type Moved = "moved" | "taken";

/**
 * Moves a name from one open folder to another of the same file system, never over something that is there.
 *
 * @throws SystemCallError EXDEV, ENOENT, EACCES …
 */
export function moveAt(from: number, name: Uint8Array, to: number, newName = name): Moved {
  if (calls.renameat2(from, cString(name), to, cString(newName), flags.renameNoReplace) === 0) return "moved";
  const error = lastError("renameat2");
  if (error.code === "EEXIST") return "taken";
  throw error;
}

/** Removes a file's name from an open folder; false when it was gone already. @throws SystemCallError */
export function removeAt(directory: number, name: Uint8Array): boolean {
  if (calls.unlinkat(directory, cString(name), 0) === 0) return true;
  const error = lastError("unlinkat");
  if (error.code === "ENOENT") return false;
  throw error;
}
