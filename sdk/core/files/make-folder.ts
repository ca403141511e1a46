import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { errnoOf } from "./errno.ts";
import { giveTo, openFolder } from "./owner.ts";

/** Opens what nobody may read, to name what is in it (linux/fcntl.h); Bun's constants lack it. */
const O_PATH = 0o10000000;

/**
 * Makes a folder, and those above it that are missing, all of this mode whatever the umask. What is there keeps its own. What
 * root makes in another user's folder is that user's: one run as root must not keep the project's own user from all those
 * that follow.
 *
 * @throws the file system's own error.
 */
export function makeFolder(path: string, mode = 0o700): void {
  const whole = resolve(path);
  if (existsSync(whole)) return;
  makeFolder(dirname(whole), mode);
  try {
    mkdirSync(whole, { mode });
  } catch (thrown) {
    // Another run makes it at the same moment.
    if (errnoOf(thrown) === "EEXIST" && existsSync(whole)) return;
    throw thrown;
  }
  settle(whole, mode);
}

/** Whoever owns the folder above may have put another one in its place meanwhile, which is none of ours, and left. */
function settle(path: string, mode: number): void {
  const above = openSync(dirname(path), O_PATH | constants.O_DIRECTORY);
  try {
    const made = openFolder(`/proc/self/fd/${above}/${basename(path)}`);
    try {
      const isOurs = fstatSync(made).uid === process.geteuid?.();
      if (!isOurs || readdirSync(`/proc/self/fd/${made}`).length > 0) return;
      fchmodSync(made, mode);
      giveTo(fstatSync(above), made);
    } finally {
      closeSync(made);
    }
  } finally {
    closeSync(above);
  }
}
