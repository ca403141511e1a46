import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, giveToFolderOwner, makeFolder, writeFully } from "../files/index.ts";

export interface LogFile {
  readonly path: string;
  readonly descriptor: number;
}

/**
 * Makes `<name>-YYYYMMDD-HHMMSS.log`, a new file whatever stands there: a second run in the same second gets `-2`. Where root
 * makes it, it is of the owner of its folder.
 *
 * @throws the file system's own error.
 */
export function createLogFile(directory: string, name: string, now: Date): LogFile {
  makeFolder(directory);
  const stem = `${name}-${stamp(now)}`;
  for (let count = 1; ; count += 1) {
    const path = join(directory, count === 1 ? `${stem}.log` : `${stem}-${count}.log`);
    try {
      const descriptor = openSync(path, "ax", 0o600);
      giveToFolderOwner(descriptor, path);
      return { path, descriptor };
    } catch (thrown) {
      if (errnoOf(thrown) !== "EEXIST") throw thrown;
    }
  }
}

/** Writes lines to a descriptor; a line that was cut off by a full disk stays alone on its own. */
export function lineSink(descriptor: number): { write(line: string): void; close(): void } {
  let open = true;
  let torn = false;
  return {
    write(line) {
      if (!open) return;
      const bytes = Buffer.from(`${torn ? "\n" : ""}${line}\n`);
      torn = true;
      writeFully(descriptor, bytes);
      torn = false;
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

/** `20261120-180227`, in UTC. */
function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
