import { readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { shownBytes } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import type { Item } from "../../core/manifest/index.ts";
import type { RunOptions } from "../../core/process/index.ts";
import type { Session } from "./connection.ts";
import { spaceIn } from "./restore.ts";
import type { Server } from "./server.ts";

type Dump = Pick<Extract<Item, { type: "postgres" }>, "name" | "rawBytes" | "facts">;

/** What the server says of itself. */
interface Told {
  /** Null for a user who may not know. */
  folder: string | null;
  /** Where the tablespace lies that the database is to have; null where that is the folder. */
  tablespace: string | null;
  /** Seconds since the epoch. */
  startedAt: number;
}

/** A row's header and pointer take 28 bytes (storage/htup_details.h), an entry of an index over a number 20. */
const bytesBesideRow = 64;

/** The server notes its start in its folder a little before it takes its own time of it. */
const startedWithinSeconds = 60;

/**
 * Refuses to restore what would fill the disk that the server's databases are on: a server without room stops for all of
 * them. Where that disk cannot be seen nothing is refused.
 *
 * @returns why it could not be looked at, in words; undefined when there is room.
 * @throws Failure NO_SPACE
 */
export async function assertRoom(
  session: Session,
  server: Server,
  dump: Dump,
  options: RunOptions,
): Promise<string | undefined> {
  const needed = neededFor(dump);
  const unseen = (why: string) =>
    `whether the server has the ${shownBytes(needed)} that ${dump.name} takes could not be looked at: ${why}`;
  const told = await tellOf(session, dump.facts.tablespace);
  if (told.folder === null)
    return unseen(`${server.user} may not know where it keeps its databases (pg_read_all_settings)`);
  const place = told.tablespace ?? told.folder;
  const free =
    server.container === undefined
      ? freeOnThisHost(server.host, told.folder, told.startedAt, place)
      : (await spaceIn(server, place, options)).free;
  if (free === undefined)
    return unseen("its databases are on another machine, or where this user sees nothing");
  if (free >= needed) return undefined;
  throw new Failure("NO_SPACE", {
    message: `a restore of ${dump.name} needs about ${shownBytes(needed)}, and ${shownBytes(free)} are free where the server keeps its databases`,
    why: `it would stand beside those that are there, in ${place}; a full disk stops the server for all of them`,
    remedy:
      "free space there: ./scripts/maintenance.ts --task prune-replaced drops databases that restores replaced long ago (./scripts/restore-db.ts list shows all); or enlarge the disk",
    details: { database: dump.name, folder: place, needed, free },
  });
}

async function tellOf(session: Session, tablespace: string | undefined): Promise<Told> {
  const [row] = await session.query<{ folder: string | null; tablespace: string | null; started: string }>(
    `SELECT (SELECT setting FROM pg_settings WHERE name = 'data_directory') AS folder,
            (SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname = $1) AS tablespace,
            extract(epoch FROM pg_postmaster_start_time())::bigint::text AS started`,
    [tablespace],
  );
  if (row === undefined) throw new Error("the server says nothing of itself");
  return { folder: row.folder, tablespace: row.tablespace || null, startedAt: Number(row.started) };
}

/**
 * Whether a dump can be laid down in a folder where the server's programs run, beside what is restored of it: the two may be on
 * one disk. What is kept in memory would be taken from the server.
 */
export async function canLayDown(
  server: Server,
  folder: string,
  dump: Dump,
  options: RunOptions,
): Promise<boolean> {
  const { free, inMemory } = await spaceIn(server, folder, options);
  return !inMemory && free > dump.rawBytes * 1.1 + neededFor(dump);
}

/**
 * Bytes that are free in a place of this host, if the folder is that server's: one that is reached by a tunnel, or in a
 * container of somebody else's, may have a folder of the same name.
 */
function freeOnThisHost(host: string, folder: string, startedAt: number, place: string): number | undefined {
  const isSocket = host.startsWith("/");
  try {
    if (!isSocket && !startedThen(folder, startedAt)) return undefined;
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** The third line of postmaster.pid is the second in which the server was started (PostgreSQL's pidfile.h). */
function startedThen(folder: string, startedAt: number): boolean {
  const [, , noted] = readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n");
  return Math.abs(Number(noted) - startedAt) <= startedWithinSeconds;
}

/**
 * As large as it was, or as what it holds can be at most, since a database may have been mostly holes: twice the text of it, and
 * for each row its header with its pointer, and an index or two.
 */
function neededFor({ rawBytes, facts: { size, tables } }: Dump): number {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return Math.min(size, rawBytes * 2 + rows * bytesBesideRow);
}
