import type { Pointer } from "bun:ffi";
import { lastError, lastingMemory, lastingText } from "../../core/libc/index.ts";
import { calls, flags } from "./calls.ts";

export type Kind = "file" | "directory" | "symlink" | "special";

/** What the kernel says of one file. One object is filled again for every file: what is to be kept is copied out of it. */
export interface Attributes {
  kind: Kind;
  /** The permission bits, the special ones among them: 0o7777 at most. */
  mode: number;
  uid: number;
  gid: number;
  links: number;
  device: number;
  /** Exact up to 2^53. */
  inode: number;
  size: number;
  /** Seconds since the epoch. */
  modified: number;
  /** Seconds since the epoch: when its content, owner, mode or names last changed, which nobody can set. */
  changed: number;
  /** Whether another file system, or another part of this one, is mounted here; undefined where the kernel does not tell. */
  mountRoot: boolean | undefined;
}

const wanted = 0x7ff;
const attributeMountRoot = 0x2000;
const high = 2 ** 32;
const kinds: Readonly<Record<number, Kind>> = { 8: "file", 4: "directory", 10: "symlink" };

const memory = lastingMemory(256);
const buffer = new Uint32Array(memory.buffer);
const nothing = lastingText("");

export function emptyAttributes(): Attributes {
  return {
    kind: "special",
    mode: 0,
    uid: 0,
    gid: 0,
    links: 0,
    device: 0,
    inode: 0,
    size: 0,
    modified: 0,
    changed: 0,
    mountRoot: undefined,
  };
}

/** Looks at a name (a C string) in an open folder, following nothing. False when it is not there any more. */
export function lookAt(directory: number, name: Pointer | Uint8Array, into: Attributes): boolean {
  if (calls.statx(directory, name, flags.atNoFollow | flags.atNoAutomount, wanted, memory.address) !== 0) {
    const error = lastError("statx");
    if (error.code === "ENOENT") return false;
    throw error;
  }
  fill(into);
  return true;
}

/** Looks at what is open. */
export function lookAtOpen(descriptor: number, into: Attributes): void {
  if (calls.statx(descriptor, nothing, flags.atEmptyPath, wanted, memory.address) !== 0)
    throw lastError("statx");
  fill(into);
}

/** The places of the fields are those of `struct statx`, in steps of four bytes. */
function fill(into: Attributes): void {
  const mode = (buffer[7] ?? 0) & 0xffff;
  into.kind = kinds[mode >> 12] ?? "special";
  into.mode = mode & 0o7777;
  into.uid = buffer[5] ?? 0;
  into.gid = buffer[6] ?? 0;
  into.links = buffer[4] ?? 0;
  into.inode = (buffer[8] ?? 0) + (buffer[9] ?? 0) * high;
  into.size = (buffer[10] ?? 0) + (buffer[11] ?? 0) * high;
  into.changed = (buffer[24] ?? 0) + (buffer[25] ?? 0) * high;
  into.modified = (buffer[28] ?? 0) + (buffer[29] ?? 0) * high;
  into.device = (buffer[34] ?? 0) * high + (buffer[35] ?? 0);
  const told = ((buffer[14] ?? 0) & attributeMountRoot) !== 0;
  into.mountRoot = told ? ((buffer[2] ?? 0) & attributeMountRoot) !== 0 : undefined;
}
