import { identifier, type Session } from "./connection.ts";
import { comment, type Marker, mark, readMarker } from "./marker.ts";

export async function databaseExists(session: Session, name: string): Promise<boolean> {
  return (await session.query("SELECT 1 FROM pg_database WHERE datname = $1", [name])).length > 0;
}

/** The first name that nobody has, of those that the seconds from now on give. */
export async function freeName(session: Session, nameAt: (at: Date) => string, now: Date): Promise<string> {
  let at = now;
  while (await databaseExists(session, nameAt(at))) at = new Date(at.getTime() + 1_000);
  return nameAt(at);
}

/** The comment that a database has of its own, whether or not it also says something of ours. */
export async function databaseComment(session: Session, name: string): Promise<string | undefined> {
  const [row] = await session.query<{ comment: string | null }>(
    "SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1",
    [name],
  );
  const text = row?.comment ?? undefined;
  const marker = readMarker(text);
  return marker === undefined ? text : marker.comment;
}

/**
 * Renames a database that nobody is connected to, and gives it a comment of its own or a marker of ours, in one step.
 *
 * @throws Failure DATABASE_QUERY_FAILED when the name is taken
 */
export async function renameDatabase(
  session: Session,
  from: string,
  to: string,
  saying: Marker | string | undefined,
): Promise<void> {
  const says = typeof saying === "object" ? mark(to, saying) : comment(to, saying);
  try {
    await session.query(
      `BEGIN; ALTER DATABASE ${identifier(from)} RENAME TO ${identifier(to)}; ${says}; COMMIT`,
    );
  } catch (thrown) {
    await session.query("ROLLBACK").catch(() => {});
    throw thrown;
  }
}
