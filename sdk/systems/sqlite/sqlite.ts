import { z } from "zod";
import { ask, type SqliteOptions } from "./ask.ts";

const factsSchema = z.object({
  tables: z.array(z.object({ name: z.string(), rows: z.number() })),
  journalMode: z.string(),
  userVersion: z.number(),
  applicationId: z.number(),
  bytes: z.number(),
});

/** What a database holds, as far as it can be compared with what its copy holds. */
export type SqliteFacts = z.infer<typeof factsSchema>;

/**
 * Copies a live database as it is at one moment into a new file of mode 0600, safe on the disk, and reads the copy from end to
 * end. The facts are those of that moment.
 *
 * @throws Failure DATABASE_DAMAGED, DATABASE_UNREADABLE, DEADLINE_EXCEEDED, INTERRUPTED; a part of the copy may be left.
 */
export async function snapshotSqlite(
  source: string,
  target: string,
  options: SqliteOptions,
): Promise<SqliteFacts> {
  return factsSchema.parse(await ask("snapshot", [source, target], options));
}

/**
 * Reads a database from end to end, its indexes against its tables.
 *
 * @throws Failure as `snapshotSqlite` does.
 */
export async function sqliteFacts(path: string, options: SqliteOptions): Promise<SqliteFacts> {
  return factsSchema.parse(await ask("facts", [path], options));
}

/**
 * Makes a copy ready to be used: read from end to end, and in the journal mode of its source.
 *
 * @throws Failure as `snapshotSqlite` does.
 */
export async function prepareSqlite(
  path: string,
  journalMode: string,
  options: SqliteOptions,
): Promise<SqliteFacts> {
  return factsSchema.parse(await ask("prepare", [path, journalMode], options));
}

/**
 * Puts `fresh` into the place of `target`, with its owner and mode, and keeps the old database as `kept`; the three stand in
 * one folder. Whenever it is cut off, `target` is the old database, whole, or the new one.
 *
 * @throws Failure DATABASE_IN_USE while somebody has the target open, and nothing is changed then.
 */
export async function swapSqlite(
  { target, fresh, kept }: { target: string; fresh: string; kept: string },
  options: SqliteOptions,
): Promise<void> {
  await ask("swap", [target, fresh, kept], options);
}
