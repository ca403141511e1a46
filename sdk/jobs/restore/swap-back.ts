import { existsSync } from "node:fs";
import { basename } from "node:path";
import {
  connectForMaintenance,
  databaseComment,
  databaseExists,
  freeName,
  keptName,
  renameDatabase,
  type Server,
  swapDatabases,
} from "../../systems/postgres/index.ts";
import { prepareSqlite, sqliteFacts } from "../../systems/sqlite/index.ts";
import { findServer } from "../backup/index.ts";
import type { RestoreDesk } from "./desk.ts";
import { keptPath } from "./items/path-names.ts";
import { assertReplaceable } from "./items/path-refusals.ts";
import { swapPaths } from "./items/path-swap.ts";
import { keptMarker } from "./items/postgres/index.ts";
import { swapIn } from "./items/sqlite.ts";
import { noteEnd } from "./journal.ts";
import type { Beside } from "./kept.ts";

export interface SwappedBack {
  type: Beside["type"];
  /** The database or path that serves what it did before. */
  at: string;
  /** What served until now, under its new name; undefined when nothing did. */
  kept: string | undefined;
  pauseMs?: number | undefined;
}

/**
 * Puts what a restore has kept into its place again, and keeps what stands there now.
 *
 * @throws Failure DATABASE_IN_USE, TARGET_UNUSABLE; nothing is changed then
 */
export async function swapBack(desk: RestoreDesk, kept: Beside): Promise<SwappedBack> {
  const done = await swapOneBack(desk, kept);
  noteEnd(desk);
  return done;
}

async function swapOneBack(desk: RestoreDesk, kept: Beside): Promise<SwappedBack> {
  const { target, at, type } = kept;
  if (type === "postgres") {
    const server = await findServer(desk.configuration);
    return { type, at: target, ...(await swapDatabaseBack(desk, server, kept)) };
  }
  assertReplaceable(target);
  const now = keptPath(target, desk.now());
  const isThere = existsSync(target);
  // Also where nothing stands: a log that somebody left there would be taken for a part of what comes.
  if (type === "sqlite") await swapSqliteBack(desk, { target, fresh: at, kept: now });
  else swapPaths(desk, target, at, now);
  return { type, at: target, kept: isThere ? now : undefined };
}

async function swapDatabaseBack(
  desk: RestoreDesk,
  server: Server,
  { target, at }: Beside,
): Promise<Pick<SwappedBack, "kept" | "pauseMs">> {
  const { signal, configuration } = desk;
  await using session = await connectForMaintenance(server, { signal }, target);
  const comment = await databaseComment(session, at);
  if (!(await databaseExists(session, target))) {
    await renameDatabase(session, at, target, comment);
    return { kept: undefined };
  }
  const kept = await freeName(session, (at) => keptName(target, at), desk.now());
  const marker = await keptMarker(session, configuration.project, target, desk.now());
  const { pauseMs } = await swapDatabases(
    session.access,
    { database: target, incoming: at, comment, kept, marker },
    { signal },
  );
  return { kept, pauseMs };
}

/** The one that was kept was taken out of its journal mode, so that it could be moved as one file. */
async function swapSqliteBack(
  desk: RestoreDesk,
  swap: { target: string; fresh: string; kept: string },
): Promise<void> {
  const options = { deadlineMs: desk.remainingMs(), signal: desk.signal };
  const { journalMode } = await sqliteFacts(swap.target, options).catch(() => ({ journalMode: "delete" }));
  await prepareSqlite(swap.fresh, journalMode, options);
  await swapIn(desk, swap);
}

/** What a person types before it is swapped back: the name of the database, or the last one of the path. */
export function wordForKept({ target }: Beside): string {
  return basename(target);
}
