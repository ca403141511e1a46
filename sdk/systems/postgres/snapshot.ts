import type { Access } from "./access.ts";
import { type ConnectOptions, connect, type Session } from "./connection.ts";

/** One moment of a database, which several readers share for as long as it is held. */
export interface Snapshot extends AsyncDisposable {
  readonly id: string;
  /** A session in a transaction that sees that moment. */
  readonly session: Session;
}

/**
 * Lets a session read every row, for as long as it takes: a policy would hide rows from the count without a word, and is an error
 * once it is switched off; a server may end transactions that last (since PostgreSQL 17 all of them).
 */
export async function readEverything(session: Session): Promise<void> {
  await session.query(
    `SELECT set_config(name, '0', false) FROM pg_settings
     WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')`,
  );
  await session.query("SET row_security = off");
}

/**
 * Holds a moment of a database, for what `pg_dump --snapshot` and our own questions are to agree on.
 *
 * @throws Failure as `connect` does.
 */
export async function holdSnapshot(access: Access, options: ConnectOptions): Promise<Snapshot> {
  const session = await connect(access, options);
  try {
    await readEverything(session);
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const [row] = await session.query<{ id: string }>("SELECT pg_export_snapshot() AS id");
    if (row === undefined) throw new Error("pg_export_snapshot gave nothing");
    return { id: row.id, session, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
  } catch (thrown) {
    await session[Symbol.asyncDispose]();
    throw thrown;
  }
}
