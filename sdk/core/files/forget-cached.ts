import { dlopen } from "bun:ffi";

/** `POSIX_FADV_DONTNEED` of Linux. */
const notNeeded = 4;

/**
 * Lets the kernel forget what it keeps in memory of a file that is on the disk: whoever reads it next reads the disk. It is
 * a wish; a file system in memory has nothing else, and where the C library lacks the call nothing happens.
 */
export function forgetCached(descriptor: number): void {
  loaded ??= load();
  loaded?.symbols.posix_fadvise(descriptor, 0, 0, notNeeded);
}

let loaded: ReturnType<typeof load>;

function load() {
  try {
    return dlopen("libc.so.6", {
      posix_fadvise: { args: ["int", "i64", "i64", "int"], returns: "int" },
    } as const);
  } catch {
    return undefined;
  }
}
