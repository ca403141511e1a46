import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../../core/errors/index.ts";
import { followLink } from "../../../core/files/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import { snapshotSqlite } from "../../../systems/sqlite/index.ts";
import { type Making, make } from "../making.ts";

/**
 * Copies a SQLite database at one moment, also while it is written to, and compresses the copy.
 *
 * @throws Failure as `snapshotSqlite` and `make` do
 */
export async function backUpSqlite(
  making: Making,
  { name, path }: { name: string; path: string },
  file: string,
): Promise<Item> {
  const { desk, folder, remainingMs } = making;
  const copy = join(folder, `${file}.copy`);
  const leadsTo = followLink(path);
  const { tables, userVersion, applicationId, journalMode } = await snapshotSqlite(leadsTo ?? path, copy, {
    deadlineMs: remainingMs(),
    signal: desk.signal,
  });
  const stages = [{ name: "cat", argv: ["cat", "--", copy] }];
  await using made = await make(making, { type: "sqlite", name, file, stages, signal: desk.signal });
  const { rawBytes } = await made.prove();
  assertWhole(path, rawBytes, statSync(copy).size);
  rmSync(copy);
  return {
    type: "sqlite",
    ...made.common,
    rawBytes,
    facts: {
      path,
      ...(leadsTo === undefined ? {} : { leadsTo }),
      tables,
      userVersion,
      applicationId,
      journalMode,
    },
  };
}

function assertWhole(path: string, decoded: number, copied: number): void {
  if (decoded === copied) return;
  throw new Failure("BACKUP_DAMAGED", {
    message: `the copy of ${path} has ${copied} bytes, and ${decoded} came back`,
    remedy: "look at the disk that the backups lie on, and run again",
  });
}
