import type { Stats } from "node:fs";
import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errnoOf } from "../../core/files/index.ts";

export interface FileSystem {
  /** The path that was asked for, or the nearest folder above it that exists. */
  path: string;
  /** The same for two paths on one file system. */
  device: number;
  /** Bytes that an ordinary user may still write. */
  free: number;
  /** Files that may still be made; undefined where the file system sets no limit. */
  freeInodes: number | undefined;
  /** Whether it is mounted so that nobody may write to it, as the kernel does by itself after errors of a disk. */
  readOnly: boolean;
}

/**
 * What is left on the file system that holds a path, or will hold it. One that does not answer, such as a network's
 * whose server has gone, makes nobody else wait.
 *
 * @throws the file system's own error for a path that may not be looked at
 */
export async function fileSystemOf(path: string): Promise<FileSystem> {
  let place = resolve(path);
  let seen = await statOf(place);
  while (seen === undefined) {
    place = dirname(place);
    seen = await statOf(place);
  }
  const { bavail, bsize, ffree, files } = await statfs(place);
  return {
    path: place,
    device: seen.dev,
    free: bavail * bsize,
    freeInodes: files === 0 ? undefined : ffree,
    readOnly: await isReadOnly(place),
  };
}

/** Whether a path lies where nobody may write, whoever asks; what only this user may not is not meant. */
export async function isReadOnly(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return false;
  } catch (thrown) {
    return errnoOf(thrown) === "EROFS";
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}
