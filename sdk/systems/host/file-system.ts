import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface FileSystem {
  /** The path that was asked for, or the nearest folder above it that exists. */
  path: string;
  /** The same for two paths on one file system. */
  device: number;
  /** Bytes that an ordinary user may still write. */
  free: number;
  /** Files that may still be made; undefined where the file system sets no limit. */
  freeInodes: number | undefined;
}

/** What is left on the file system that holds a path, or will hold it. */
export function fileSystemOf(path: string): FileSystem {
  let place = resolve(path);
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize, ffree, files } = statfsSync(place);
  return {
    path: place,
    device: statSync(place).dev,
    free: bavail * bsize,
    freeInodes: files === 0 ? undefined : ffree,
  };
}
