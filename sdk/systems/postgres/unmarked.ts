import { Failure } from "../../core/errors/index.ts";
import { connect, type Session } from "./connection.ts";
import { holdersOf } from "./holders.ts";
import { freshSince } from "./names.ts";

/** Between its making and its mark there is one question to the server: what has had none for so long gets none any more. */
const withinMs = 600_000;
/** FirstNormalObjectId of PostgreSQL (access/transam.h): what anybody has made in a database has such a number, or a larger one. */
const firstOfUsers = 16_384;
const closed: ReadonlySet<string> = new Set([
  "DATABASE_UNKNOWN",
  "DATABASE_FORBIDDEN",
  "DATABASE_QUERY_FAILED",
]);

/**
 * The databases that a run has made and was killed before it could mark them: of a name that only a run of ours makes, by
 * that name long since, without a comment, without anything in them, and with nobody connected.
 *
 * @throws Failure as `connect` does
 */
export async function unmarkedDatabases(session: Session, now: Date): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database
     WHERE starts_with(datname, 'switchover_restore_') AND shobj_description(oid, 'pg_database') IS NULL
       AND pg_has_role(datdba, 'USAGE') ORDER BY datname`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const since = freshSince(name);
    if (since === undefined || now.getTime() - since.getTime() < withinMs) continue;
    if ((await holdersOf(session, name)).length === 0 && (await isKnownEmpty(session, name)))
      found.push(name);
  }
  return found;
}

/** One that cannot be looked into stays: it lets nobody in, or another project has cleared it away just now. */
async function isKnownEmpty(session: Session, database: string): Promise<boolean> {
  try {
    return await isEmpty(session, database);
  } catch (thrown) {
    if (thrown instanceof Failure && closed.has(thrown.code)) return false;
    throw thrown;
  }
}

async function isEmpty({ access }: Session, database: string): Promise<boolean> {
  await using session = await connect({ ...access, database });
  const [row] = await session.query<{ made: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_class WHERE oid >= $1) OR EXISTS (SELECT FROM pg_namespace WHERE oid >= $1)
         OR EXISTS (SELECT FROM pg_proc WHERE oid >= $1) OR EXISTS (SELECT FROM pg_type WHERE oid >= $1)
         OR EXISTS (SELECT FROM pg_extension WHERE oid >= $1) OR EXISTS (SELECT FROM pg_largeobject_metadata) AS made`,
    [firstOfUsers],
  );
  return row?.made === false;
}
