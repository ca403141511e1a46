import { lastErrno, openLibc } from "../libc/index.ts";

const exclusive = 2;
const shared = 1;
const nonBlocking = 4;
const unlock = 8;
const wouldBlock = 11;

export type Hold = "exclusive" | "shared";

const libc = openLibc({ flock: { args: ["int", "int"], returns: "int" } });

/**
 * Takes the kernel's lock on an open file, without waiting. False when someone else's hold stands against it.
 *
 * @throws an Error with the errno when the file system cannot lock.
 */
export function tryFlock(descriptor: number, hold: Hold): boolean {
  const operation = hold === "exclusive" ? exclusive : shared;
  if (libc.flock(descriptor, operation | nonBlocking) === 0) return true;
  const errno = lastErrno();
  if (errno === wouldBlock) return false;
  throw new Error(`flock failed with errno ${errno}`);
}

/** Gives the kernel's lock back, leaving the file open. */
export function unflock(descriptor: number): void {
  libc.flock(descriptor, unlock);
}
