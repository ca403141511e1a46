import { Failure } from "../../core/errors/index.ts";
import { literal, type Session } from "./connection.ts";

/** The prepared transactions of a database, which belong to no session. What they wrote stands in no dump until they are committed. */
export async function preparedIn(session: Session, database: string): Promise<string[]> {
  const rows = await session.query<{ gid: string }>(
    "SELECT gid FROM pg_prepared_xacts WHERE database = $1 ORDER BY gid",
    [database],
  );
  return rows.map(({ gid }) => gid);
}

/**
 * Refuses to rename a database that has a prepared transaction: there is no session to be ended, and only a person knows what
 * becomes of it.
 *
 * @throws Failure DATABASE_IN_USE
 */
export async function assertNothingPrepared(session: Session, database: string): Promise<void> {
  const prepared = await preparedIn(session, database);
  if (prepared.length === 0) return;
  throw new Failure("DATABASE_IN_USE", {
    message: `the database ${database} has prepared transactions: ${prepared.join(", ")}`,
    why: "a database with one cannot be renamed",
    remedy: `decide what becomes of each, in ${database}: ${prepared
      .map((gid) => `COMMIT PREPARED ${literal(gid)} or ROLLBACK PREPARED ${literal(gid)}`)
      .join("; ")}`,
  });
}
