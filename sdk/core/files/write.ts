import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { giveToFolderOwner } from "./owner.ts";
import { syncDirectory } from "./sync.ts";
import { writeFully } from "./write-fully.ts";

export interface WriteOptions {
  /** Permission bits of the file, whatever the umask. Only the owner may read it unless told. */
  mode?: number | undefined;
  /** Give the file to the owner of its folder, where root writes it. */
  toFolderOwner?: boolean | undefined;
}

/**
 * Puts a text in a file's place in one step: a reader, and a machine that comes back after a power cut,
 * sees the old text or the new one, whole. A symbolic link at `path` is replaced, never followed.
 *
 * @throws the file system's own error, with its errno; the old file then stands as it did.
 */
export function writeFileAtomically(
  path: string,
  text: string,
  { mode = 0o600, toFolderOwner = false }: WriteOptions = {},
): void {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${crypto.randomUUID().slice(0, 8)}.new`);
  const descriptor = openSync(temporary, "wx", mode);
  try {
    writeAndClose(descriptor, text, mode, () => {
      if (toFolderOwner) giveToFolderOwner(descriptor, path);
    });
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
  syncDirectory(directory);
}

function writeAndClose(descriptor: number, text: string, mode: number, first: () => void): void {
  try {
    first();
    fchmodSync(descriptor, mode);
    writeFully(descriptor, Buffer.from(text));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
