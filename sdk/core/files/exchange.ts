import { dlopen } from "bun:ffi";

/** Relative paths start from the working directory (linux/fcntl.h). */
const fromHere = -100;
/** `RENAME_EXCHANGE` (linux/fs.h). */
const exchange = 2;

/**
 * Exchanges what two paths lead to, in one step, so that no moment is without either. False when this file system cannot do
 * that, or one of them is not there: nothing is changed then.
 */
export function exchangePaths(one: string, other: string): boolean {
  const functions = {
    renameat2: { args: ["int", "cstring", "int", "cstring", "u32"], returns: "int" },
  } as const;
  try {
    const { symbols } = dlopen("libc.so.6", functions);
    return symbols.renameat2(fromHere, terminated(one), fromHere, terminated(other), exchange) === 0;
  } catch {
    // Another C library, or one from before renameat2.
    return false;
  }
}

function terminated(path: string): Buffer {
  return Buffer.from(`${path}\0`);
}
