import { dlopen, ptr } from "bun:ffi";
import { closeSync } from "node:fs";

/** `O_CLOEXEC` of Linux: a child gets an end only where it is told to. */
const closeOnExec = 0o2000000;

/** The two ends of a pipe of the kernel's: what one program prints reaches the next without passing through this process. */
export interface Pipe extends Disposable {
  readonly readEnd: number;
  readonly writeEnd: number;
  /** Closes the end that is written to here, once who writes has it: what is read here then comes to an end. */
  endWriting(): void;
}

/**
 * Opens a pipe. Its ends are closed here when it is disposed of, which must be after the children have theirs: a reader
 * sees the end only when nobody else could write.
 */
export function openPipe(): Pipe {
  const ends = new Int32Array(2);
  if (libc().pipe2(ptr(ends), closeOnExec) !== 0) throw new Error("no pipe can be opened (pipe2)");
  const [readEnd = -1, writeEnd = -1] = ends;
  const open = new Set([readEnd, writeEnd]);
  // Once only: the number may be another file's by then.
  const close = (end: number) => {
    if (open.delete(end)) closeSync(end);
  };
  return {
    readEnd,
    writeEnd,
    endWriting: () => close(writeEnd),
    [Symbol.dispose]() {
      close(writeEnd);
      close(readEnd);
    },
  };
}

let loaded: ReturnType<typeof load> | undefined;

function libc() {
  loaded ??= load();
  return loaded;
}

function load() {
  const functions = { pipe2: { args: ["ptr", "int"], returns: "int" } } as const;
  try {
    return dlopen("libc.so.6", functions).symbols;
  } catch {
    return dlopen(`libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`, functions).symbols;
  }
}
