import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { giveToFolderOwner, makeFolder, syncDirectory, writeFully } from "../files/index.ts";

/** Appends whole lines to a file, each safe on the disk before the next; a torn line stays alone on its own. */
export interface LineWriter {
  /** @throws the file system's own error; the line may then stand in the file in part, and the next one starts afresh. */
  append(line: string): void;
  close: () => void;
}

/** Never a descriptor: a late append must not reach a file that has got the old number since. */
const closed = -1;
const newline = "\n".charCodeAt(0);

/** Opens a file to append lines to, and makes it where there is none. @throws the file system's own error */
export function openLineWriter(path: string): LineWriter {
  makeFolder(dirname(path));
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  let descriptor = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  let torn: boolean;
  try {
    giveToFolderOwner(descriptor, path);
    torn = endsTorn(descriptor);
    syncDirectory(dirname(path));
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
  return {
    append(line) {
      const bytes = Buffer.from(`${torn ? "\n" : ""}${line}\n`);
      torn = true;
      writeFully(descriptor, bytes);
      fsyncSync(descriptor);
      torn = false;
    },
    close() {
      if (descriptor !== closed) closeSync(descriptor);
      descriptor = closed;
    },
  };
}

function endsTorn(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] !== newline;
}
