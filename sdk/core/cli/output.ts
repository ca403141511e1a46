import { constants, fstatSync, openSync, writeSync } from "node:fs";

export const stdout = 1;
const stderr = 2;

/**
 * Writes a text whole, now. Not by process.stdout: that costs 10 ms to load, and loses what is still queued
 * when the process ends. Gives the errno when the reader has gone or the disk is full; that is for the caller to judge.
 *
 * @param patienceMs how long a reader may stand still, in milliseconds; EAGAIN is given then.
 */
export function writeWhole(descriptor: number, text: string, patienceMs = Infinity): string | undefined {
  const bytes = Buffer.from(text);
  const giveUpAt = performance.now() + patienceMs;
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (thrown) {
      const errno = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "EIO";
      if (errno !== "EAGAIN" || performance.now() >= giveUpAt) return errno;
      Bun.sleepSync(2);
    }
  }
  return undefined;
}

/** So long is waited for a pager, a terminal after Ctrl-S, or a connection that is dead. */
const readerPatienceMs = 2_000;

let place: number | undefined;
let standsStill = false;

/**
 * Writes to standard error. A reader that stands still must not stop a run between two of its steps, where no deadline and
 * no signal would be heard: what it does not take in time is left out, and stands in the log.
 */
export function tell(text: string): void {
  place ??= withoutWaiting(stderr);
  const anew = standsStill ? "\nwarning: what was not taken here in time stands in the log\n" : "";
  standsStill = writeWhole(place, anew + text, standsStill ? 0 : readerPatienceMs) === "EAGAIN";
}

/** The same pipe or terminal, opened once more for writing without waiting: for whoever else writes to it nothing changes. */
function withoutWaiting(descriptor: number): number {
  try {
    const found = fstatSync(descriptor);
    if (!found.isFIFO() && !found.isCharacterDevice()) return descriptor;
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY | closeOnExec);
  } catch {
    // Another user's terminal, or no reader: what can be done is done with the descriptor as it is.
    return descriptor;
  }
}

const closeOnExec = 0o2000000;
