import { Failure } from "../../core/errors/index.ts";
import type { Access } from "./access.ts";
import { connect, identifier, type Session } from "./connection.ts";
import { comment, type Marker, mark } from "./marker.ts";
import { assertNothingPrepared } from "./prepared.ts";

export interface Swap {
  /** The name that serves. */
  database: string;
  /** The database that is to serve under it. */
  incoming: string;
  /** The comment that the incoming one is to have. */
  comment: string | undefined;
  /** What the one that serves now is called from then on, and what it then says of itself. */
  kept: string;
  marker: Marker;
}

export interface SwapOptions {
  signal?: AbortSignal | undefined;
  /** How often it is tried while somebody cannot be made to leave. */
  attempts?: number | undefined;
}

export interface Swapped {
  /** Milliseconds from when nobody new was let into the old database until the new one could be reached. */
  pauseMs: number;
  /** Sessions that were ended for it; their transactions are rolled back. */
  ended: number;
}

/** PostgreSQL itself waits 5 s for sessions that have been told to end (CountOtherDBBackends). */
const renameMs = 15_000;
const betweenEndingsMs = 20;

/**
 * Lets another database serve under a name, in one transaction, and keeps the old one.
 *
 * The rename takes a lock that every new connection to the database has to wait for, and then waits itself until the
 * sessions that are there have gone; a second connection ends them meanwhile. So a pool that reconnects at once
 * cannot get in its way; and until the commit the old database is what it was: whoever kills this, it goes on serving.
 *
 * @param maintenance a database of the server that is none of the two.
 * @throws Failure DATABASE_IN_USE when a session cannot be ended, and nothing is changed then.
 */
export async function swapDatabases(
  maintenance: Access,
  swap: Swap,
  options: SwapOptions = {},
): Promise<Swapped> {
  const { signal, attempts = 3 } = options;
  // Not ended by the signal: cut off while it commits, nobody could say what serves.
  await using renaming = await connect(maintenance, { statementMs: renameMs });
  await using ending = await connect(maintenance, { signal });
  await assertNothingPrepared(ending, swap.database);
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await trySwap(renaming, ending, swap);
    } catch (thrown) {
      await renaming.query("ROLLBACK").catch(() => {});
      if (!isInUse(thrown)) throw thrown;
      if (attempt === attempts) throw await inUse(ending, swap.database);
    }
  }
}

async function trySwap(renaming: Session, ending: Session, swap: Swap): Promise<Swapped> {
  const { database, incoming, kept } = swap;
  await renaming.query("BEGIN");
  const began = performance.now();
  let renamed = false;
  const away = renaming
    .query(`ALTER DATABASE ${identifier(database)} RENAME TO ${identifier(kept)}`)
    .finally(() => {
      renamed = true;
    });
  // A failure is the awaiting one's below; until then nobody listens.
  away.catch(() => {});
  let ended = 0;
  while (!renamed) {
    ended += await endSessions(ending, [database, incoming]);
    await Promise.race([away.catch(() => {}), Bun.sleep(betweenEndingsMs)]);
  }
  await away;
  await renaming.query(`ALTER DATABASE ${identifier(incoming)} RENAME TO ${identifier(database)}`);
  await renaming.query(mark(kept, swap.marker));
  await renaming.query(comment(database, swap.comment));
  await renaming.query("COMMIT");
  return { pauseMs: performance.now() - began, ended };
}

/**
 * Ends every session in these databases. One that this user may not end is passed over: the rename then fails. Asked for one
 * all the same, the server would refuse the whole question: a superuser's is a superuser's alone to end, and so is a worker of
 * the server's own, which a rename sends away itself.
 */
async function endSessions(session: Session, databases: readonly string[]): Promise<number> {
  const [row] = await session.query<{ ended: string }>(
    `SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) AS ended FROM pg_stat_activity
     LEFT JOIN pg_roles whose ON whose.oid = usesysid
     WHERE datname = ANY ($1) AND pid <> pg_backend_pid()
       AND ((SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
         OR NOT whose.rolsuper
           AND (pg_has_role(current_user, usesysid, 'USAGE') OR pg_has_role(current_user, 'pg_signal_backend', 'USAGE')))`,
    [databases],
  );
  return Number(row?.ended);
}

function isInUse(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.details["sqlstate"] === "55006";
}

async function inUse(session: Session, database: string): Promise<Failure> {
  const left = await session.query<{ pid: number; user: string | null; application: string }>(
    `SELECT pid, usename AS user, application_name AS application FROM pg_stat_activity WHERE datname = $1`,
    [database],
  );
  const shown = left.map(
    ({ pid, user, application }) => `${pid} (${user ?? "no user"}, ${application || "unnamed"})`,
  );
  return new Failure("DATABASE_IN_USE", {
    message: `the database ${database} cannot be swapped while it is in use`,
    why: `these sessions could not be ended: ${shown.join(", ") || "they have gone by now"}`,
    remedy: `end them as a superuser, or grant pg_signal_backend to the user of the configuration; then run again`,
    details: { database, sessions: left },
  });
}
