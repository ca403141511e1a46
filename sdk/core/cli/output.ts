import { writeSync } from "node:fs";

export const stdout = 1;
export const stderr = 2;

/**
 * Writes a text whole, now. Not by process.stdout: that costs 10 ms to load, and loses what is still queued
 * when the process ends. Gives the errno when the reader has gone or the disk is full; that is for the caller to judge.
 */
export function writeWhole(descriptor: number, text: string): string | undefined {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (thrown) {
      const errno = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "EIO";
      if (errno !== "EAGAIN") return errno;
      Bun.sleepSync(2);
    }
  }
  return undefined;
}
