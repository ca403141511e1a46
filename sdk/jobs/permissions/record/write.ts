import { closeSync, fdatasyncSync, openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../../../core/errors/index.ts";
import {
  giveToFolderOwner,
  makeFolder,
  syncDirectory,
  writeFileAtomically,
  writeFully,
  writeTrouble,
} from "../../../core/files/index.ts";
import { newRun } from "../../../core/journal/index.ts";

/** The record of one run. Nothing is made on the disk before the first change. */
export interface ChangeRecord {
  /** Under which it can be undone; undefined while nothing was changed. */
  readonly run: string | undefined;
  /** Writes a block, and returns when it is safe on the disk. @throws Failure STATE_NOT_WRITTEN */
  append(block: Uint8Array, changes: number): void;
  /**
   * Writes down that the run came to its end; a record of which nothing was carried out is removed.
   *
   * @throws Failure STATE_NOT_WRITTEN
   */
  finish(made: number): void;
  close(): void;
}

export interface Summary {
  run: string;
  blocks: number;
  changes: number;
}

export const changesFile = "changes";
export const summaryFile = "summary.json";

/** @param folder where runs are kept, one folder each */
export function openRecord(folder: string): ChangeRecord {
  let open: { run: string; path: string; descriptor: number } | undefined;
  let [blocks, changes] = [0, 0];
  return {
    get run() {
      return open?.run;
    },
    append(block, count) {
      open ??= orFail(folder, () => create(folder));
      const { descriptor, path } = open;
      orFail(path, () => {
        writeFully(descriptor, block);
        fdatasyncSync(descriptor);
      });
      blocks += 1;
      changes += count;
    },
    finish(made) {
      if (open === undefined) return;
      const { run, path, descriptor } = open;
      if (made === 0) {
        closeSync(descriptor);
        open = undefined;
        return rmSync(dirname(path), { recursive: true });
      }
      const file = join(dirname(path), summaryFile);
      orFail(file, () => {
        const summary: Summary = { run, blocks, changes };
        writeFileAtomically(file, `${JSON.stringify(summary)}\n`, { toFolderOwner: true });
      });
    },
    close() {
      if (open !== undefined) closeSync(open.descriptor);
      open = undefined;
    },
  };
}

function create(folder: string): { run: string; path: string; descriptor: number } {
  makeFolder(folder);
  const run = newRun(new Date(), folder);
  const own = join(folder, run);
  makeFolder(own);
  const path = join(own, changesFile);
  const descriptor = openSync(path, "wx", 0o600);
  giveToFolderOwner(descriptor, path);
  for (const place of [own, folder]) syncDirectory(place);
  return { run, path, descriptor };
}

function orFail<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    const { why, remedy, details } = writeTrouble(path, thrown);
    throw new Failure("STATE_NOT_WRITTEN", {
      message: "the record of changes cannot be written, and nothing is changed that is not in it",
      why,
      remedy,
      details,
      cause: thrown,
    });
  }
}
