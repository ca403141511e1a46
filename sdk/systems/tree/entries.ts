import type { Pointer } from "bun:ffi";
import { behind, lastError, lastingMemory } from "../../core/libc/index.ts";
import { calls, flags } from "./calls.ts";

/** The kernel fills as much as it has room for: many names for one call. */
const bufferBytes = 256 * 1024;
const memory = lastingMemory(bufferBytes);
const buffer = new Uint8Array(memory.buffer);
const view = new DataView(memory.buffer);

/** The places in `struct linux_dirent64`. */
const lengthAt = 16;
const nameAt = 19;
const dot = 0x2e;

/**
 * Reads the next names of an open folder and calls `each` with where a name lies and how long it is. The bytes are good
 * until the next reading of any folder. False when there were none left.
 *
 * @throws SystemCallError EIO, ENOENT for a folder that was removed …
 */
export function readNames(
  descriptor: number,
  each: (name: Pointer, bytes: () => Uint8Array) => void,
): boolean {
  const filled = Number(calls.getdents64(descriptor, memory.address, bufferBytes));
  if (filled < 0) throw lastError("getdents64");
  let start = 0;
  // One closure for all names: a new one for each would cost more than the kernel's own work.
  const bytes = () => buffer.slice(start + nameAt, buffer.indexOf(0, start + nameAt));
  for (let next = 0; next < filled; next += view.getUint16(next + lengthAt, true)) {
    start = next;
    if (!isDots(start + nameAt)) each(behind(memory.address, start + nameAt), bytes);
  }
  return filled > 0;
}

/** `.` and `..` */
function isDots(at: number): boolean {
  if (buffer[at] !== dot) return false;
  return buffer[at + 1] === 0 || (buffer[at + 1] === dot && buffer[at + 2] === 0);
}

/** Where the reading of an open folder stands. */
export function readingPosition(descriptor: number): bigint {
  return BigInt(calls.lseek(descriptor, 0, flags.seekCurrent));
}

export function setReadingPosition(descriptor: number, position: bigint): void {
  if (Number(calls.lseek(descriptor, position, flags.seekSet)) < 0) throw lastError("lseek");
}
