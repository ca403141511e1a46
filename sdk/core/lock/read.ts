import { closeSync, statSync } from "node:fs";
import { errnoOf } from "../files/index.ts";
import { notTakenFailure } from "./failures.ts";
import { tryFlock } from "./flock.ts";
import type { LockHolder } from "./holder.ts";
import { openForProbe, readHolder } from "./lock-file.ts";

/** How long a new holder may take to write its name over that of one which was killed. */
const settleMs = 20;

/**
 * Who holds the lock now; undefined when nobody does, whatever the file says.
 *
 * @throws Failure LOCK_NOT_TAKEN when the lock file is there and cannot be looked at.
 */
export function readLockHolder(path: string): LockHolder | undefined {
  return isHeld(path) ? (readSettledHolder(path) ?? unnamed(path)) : undefined;
}

/** The holder that the file of a held lock names, once that is a process which lives. */
export function readSettledHolder(path: string): LockHolder | undefined {
  const started = performance.now();
  let holder = readHolder(path);
  while ((holder === undefined || !lives(holder.pid)) && performance.now() - started < settleMs) {
    Bun.sleepSync(1);
    holder = readHolder(path);
  }
  return holder;
}

/** Stands for a holder whose name could not be read: the disk was full when it took the lock. */
function unnamed(path: string): LockHolder {
  const since = statSync(path, { throwIfNoEntry: false })?.mtime ?? new Date();
  return {
    pid: 0,
    command: "another run",
    since: since.toISOString(),
    doing: "something that it could not write down",
  };
}

function isHeld(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openForProbe(path);
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === "ENOENT") return false;
    throw notTakenFailure(path, thrown, errno);
  }
  try {
    return !tryFlock(descriptor, "shared");
  } finally {
    closeSync(descriptor);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errnoOf(thrown) !== "ESRCH";
  }
}
