import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../../../core/errors/index.ts";
import { writeFully } from "../../../core/files/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import { openersOf } from "../../../systems/host/index.ts";
import { prepareSqlite, swapSqlite } from "../../../systems/sqlite/index.ts";
import type { RestoreDesk } from "../desk.ts";
import type { Piece } from "../piece.ts";
import { readItem } from "../read-item.ts";
import type { Goal, Restored } from "../restored.ts";
import { mountRemarks } from "./mounted.ts";
import { besidePath, freshPath, keptPath } from "./path-names.ts";
import { assertFree, assertNotLedElsewhere, assertReplaceable, assertRoomBeside } from "./path-refusals.ts";

type SqliteItem = Extract<Item, { type: "sqlite" }>;

/**
 * Decodes a SQLite database into a new file beside its place, reads it from end to end, and compares it.
 *
 * @throws Failure RESTORE_DIFFERS, DATABASE_DAMAGED, DATABASE_IN_USE, BACKUP_DAMAGED, TARGET_UNUSABLE
 */
export async function restoreSqlite(
  run: { desk: RestoreDesk; folder: string; goal: Goal },
  { item, target }: Piece<SqliteItem>,
): Promise<Restored> {
  const { desk, folder, goal } = run;
  const destination = goal.kind === "in-place" ? target : (goal.as ?? besidePath(target, desk.now()));
  if (goal.kind === "in-place") assertNotLedElsewhere(destination, item.facts.leadsTo);
  assertReplaceable(destination);
  if (goal.kind === "beside") assertFree(destination);
  else assertUnused(destination);
  assertRoomBeside(destination, item);
  const fresh = freshPath(desk, destination);
  const options = () => ({ deadlineMs: desk.remainingMs(), signal: desk.signal });
  await decode(desk, folder, item, fresh);
  const found = await prepareSqlite(fresh, item.facts.journalMode, options());
  assertAsRecorded(item, found);
  belongAsAround(fresh);
  return {
    async place() {
      const kept = existsSync(destination) ? keptPath(target, desk.now()) : undefined;
      await swapIn(desk, { target: destination, fresh, kept: kept ?? keptPath(target, desk.now()) });
      const remarks = goal.kind === "in-place" ? [...unseen(target), ...(await mountRemarks(target))] : [];
      return { type: "sqlite", name: item.name, at: destination, kept, remarks, refused: [] };
    },
    async takeBack({ at, kept }) {
      const aside = goal.kind === "in-place" ? besidePath(target, desk.now()) : undefined;
      if (kept === undefined) renameSync(at, aside ?? fresh);
      else await swapIn(desk, { target: at, fresh: kept, kept: aside ?? fresh });
      return aside;
    },
  };
}

/** Exchanges two databases of one folder, which is written down before. */
export async function swapIn(
  desk: Pick<RestoreDesk, "journal" | "signal" | "remainingMs">,
  swap: { target: string; fresh: string; kept: string },
): Promise<void> {
  assertUnused(swap.target);
  const there = statSync(swap.target, { throwIfNoEntry: false });
  desk.journal.append({ kind: "swap", ...swap, ...(there === undefined ? {} : { inode: there.ino }) });
  await swapSqlite(swap, { deadlineMs: desk.remainingMs(), signal: desk.signal });
}

async function decode(desk: RestoreDesk, folder: string, item: SqliteItem, path: string): Promise<void> {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    const each = (chunk: Uint8Array) => writeFully(descriptor, chunk);
    await readItem(desk, folder, item, { step: `sqlite ${item.name}`, each });
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function assertAsRecorded(
  { name, facts }: SqliteItem,
  found: Pick<SqliteItem["facts"], "tables" | "userVersion">,
): void {
  const rows = new Map(found.tables.map((table) => [table.name, table.rows]));
  const differences = facts.tables
    .filter((table) => rows.get(table.name) !== table.rows)
    .map(
      (table) =>
        `${table.name}: ${table.rows} rows were backed up, ${rows.get(table.name) ?? "none"} are there`,
    );
  if (found.userVersion !== facts.userVersion)
    differences.push(`user_version: ${facts.userVersion} was backed up`);
  if (differences.length === 0) return;
  throw new Failure("RESTORE_DIFFERS", {
    message: `what was restored of ${name} is not what was backed up`,
    why: differences.slice(0, 10).join("\n"),
    remedy: "restore another backup (./scripts/restore-db.ts list); the database that serves was not touched",
    details: { differences },
  });
}

/** Where nothing stands that it could take after, it belongs to whom its folder does. */
function belongAsAround(path: string): void {
  const { uid, gid } = statSync(dirname(path));
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
  chmodSync(path, 0o600);
}

/** Who had it open without a word to SQLite goes on writing to the old one. */
function unseen(target: string): string[] {
  if (process.geteuid?.() === 0) return [];
  return [
    `whether another user's process has the old ${target} open is seen by root alone: restart what uses it`,
  ];
}

/** @throws Failure DATABASE_IN_USE, which names who has it open */
function assertUnused(path: string): void {
  const openers = openersOf(path);
  if (openers.length === 0) return;
  const shown = openers.map(({ pid, name }) => `${name} (process ${pid})`).join(", ");
  throw new Failure("DATABASE_IN_USE", {
    message: `the database ${path} is in use`,
    why: `it is open in ${shown}, which would go on writing to the old one`,
    remedy: "stop these, then run again; start them afterwards",
    details: { path, openers },
  });
}
