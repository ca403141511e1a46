import type { Database } from "bun:sqlite";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { syncDirectory } from "../../../core/files/index.ts";
import { openDatabase } from "./open.ts";

/** What SQLite keeps beside a database; a stale one is taken for a part of whatever database it finds there. */
const companions = ["-wal", "-shm", "-journal"] as const;

/**
 * Puts `fresh`, a database of its own in the same folder, in the place of `target`, which goes on as `kept`.
 *
 * Three files cannot be exchanged in one step, so there is only one by then: SQLite takes its log into the old database
 * and removes it, which needs that nobody else has it open. Then one rename decides. A target that is damaged
 * cannot be asked for that; its companions go before it does.
 *
 * @throws SQLite's own error, with the code SQLITE_BUSY while somebody has the target open.
 */
export function swap(target: string, fresh: string, kept: string): void {
  assertAlone(fresh);
  using old = existsSync(target) ? openAlone(target) : undefined;
  // What may be refused comes before anything is moved away.
  if (existsSync(target)) {
    dressAs(target, fresh);
    linkSync(target, kept);
  }
  moveCompanions(target, kept);
  renameSync(fresh, target);
  syncDirectory(dirname(target));
  old?.run("ROLLBACK");
}

/** Opens a database so that nobody else can, as one file that holds everything; undefined when it is damaged. */
function openAlone(path: string): Database | undefined {
  // SQLite would take the log into any file: what is no database must be kept as it was found.
  if (!beginsAsDatabase(path)) return undefined;
  const database = openDatabase(path, "write");
  try {
    const mode = database.query("PRAGMA journal_mode = DELETE").values()[0]?.[0];
    if (mode !== "delete") throw Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" });
    database.run("BEGIN EXCLUSIVE");
    return database;
  } catch (thrown) {
    database.close();
    if (isDamage(thrown)) return undefined;
    throw thrown;
  }
}

/** An empty file is a database too. https://sqlite.org/fileformat.html#the_database_header */
function beginsAsDatabase(path: string): boolean {
  const magic = "SQLite format 3\0";
  const descriptor = openSync(path, "r");
  try {
    const start = Buffer.alloc(magic.length);
    const length = readSync(descriptor, start);
    return length === 0 || start.toString("latin1") === magic;
  } finally {
    closeSync(descriptor);
  }
}

function isDamage(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && /^SQLITE_(CORRUPT|NOTADB)/.test(String(thrown.code));
}

function moveCompanions(target: string, kept: string): void {
  for (const companion of companions) {
    if (existsSync(target + companion)) renameSync(target + companion, kept + companion);
  }
  syncDirectory(dirname(target));
}

/** Gives the file that comes the owner and the mode of the one that goes, so that the application may open it. */
function dressAs(target: string, fresh: string): void {
  const { uid, gid, mode } = statSync(target);
  chownSync(fresh, uid, gid);
  chmodSync(fresh, mode & 0o7777);
}

/** A kept database that was damaged has its log beside it still, and is nothing without it. */
function assertAlone(fresh: string): void {
  const found = companions.map((companion) => fresh + companion).filter(existsSync);
  if (found.length === 0) return;
  throw Object.assign(new Error(`${found.join(", ")} would have to come with it`), { code: "NOT_ALONE" });
}
