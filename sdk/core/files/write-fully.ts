import { writeSync } from "node:fs";

/** Writes all the bytes at the descriptor's own place; a short write, as before a full disk, is carried on until it ends or fails. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, null);
  }
}
