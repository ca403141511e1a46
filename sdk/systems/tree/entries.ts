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

/** A name in the kernel's answer, until the next reading of any folder. */
export interface ReadName {
  /** The name, as bytes of its own. */
  bytes(): Uint8Array;
  /** Copies it, without making an object for it; gives how many bytes it has. */
  copyTo(target: Uint8Array, at: number): number;
}

/**
 * Reads the next names of an open folder and calls `each` with each of them: its address, and itself. False when there
 * were none left.
 *
 * @throws SystemCallError EIO, ENOENT for a folder that was removed …
 */
export function readNames(descriptor: number, each: (address: Pointer, name: ReadName) => void): boolean {
  const filled = Number(calls.getdents64(descriptor, memory.address, bufferBytes));
  if (filled < 0) throw lastError("getdents64");
  for (let next = 0; next < filled; next += view.getUint16(next + lengthAt, true)) {
    start = next + nameAt;
    if (!isDots(start)) each(behind(memory.address, start), current);
  }
  return filled > 0;
}

/** Where the name that is being told begins. One object stands for all names: one for each would cost more than the look. */
let start = 0;
const current: ReadName = {
  bytes: () => buffer.slice(start, buffer.indexOf(0, start)),
  copyTo(target, at) {
    let length = 0;
    for (let byte = buffer[start]; byte !== 0 && byte !== undefined; byte = buffer[start + length]) {
      target[at + length] = byte;
      length += 1;
    }
    return length;
  },
};

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

/** A name that was not read from a folder. */
export function readNameOf(name: Uint8Array): ReadName {
  return {
    bytes: () => name,
    copyTo(target, at) {
      target.set(name, at);
      return name.length;
    },
  };
}
