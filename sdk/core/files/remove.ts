import { unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "./errno.ts";
import { syncDirectory } from "./sync.ts";

/** Removes a file, if it is there, so that it stays removed after a power cut. */
export function removeFileDurably(path: string): void {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return;
    throw thrown;
  }
  syncDirectory(dirname(path));
}
