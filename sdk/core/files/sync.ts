import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes what was created, renamed or removed in a directory survive a power cut. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
