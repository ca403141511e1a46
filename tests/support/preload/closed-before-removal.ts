import { mock } from "bun:test";
import * as fs from "node:fs";

/**
 * Loaded before a program, this ends it with 99 when it removes a folder in which it still has a file open: a network file
 * system (NFS, FUSE) keeps such a file under another name, so that the folder cannot go.
 */
const real = { ...fs };

function assertNothingOpenIn(path: string): void {
  if (!real.statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  for (const descriptor of real.readdirSync("/proc/self/fd")) {
    try {
      if (real.readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(`${path}/`)) process.exit(99);
    } catch {
      // The one by which the folder of them was read.
    }
  }
}

void mock.module("node:fs", () => ({
  ...real,
  rmSync(path: string, options?: fs.RmOptions) {
    assertNothingOpenIn(path);
    real.rmSync(path, options);
  },
  rmdirSync(path: string) {
    assertNothingOpenIn(path);
    real.rmdirSync(path);
  },
}));
