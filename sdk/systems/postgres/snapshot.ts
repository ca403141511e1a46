import type { Access } from "./access.ts";
import { type ConnectOptions, connect, type Session } from "./connection.ts";

/** One moment of a database, which several readers share for as long as it is held. */
export interface Snapshot extends AsyncDisposable {
  readonly id: string;
  /** A session in a transaction that sees that moment. */
  readonly session: Session;
}

/**
 * Holds a moment of a database, for what `pg_dump --snapshot` and our own questions are to agree on.
 *
 * @throws Failure as `connect` does.
 */
export async function holdSnapshot(access: Access, options: ConnectOptions): Promise<Snapshot> {
  const session = await connect(access, options);
  try {
    // A row policy would hide rows from the count without a word; switched off, it is an error instead.
    await session.query(
      "SET row_security = off; SET idle_in_transaction_session_timeout = 0; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    );
    const [row] = await session.query<{ id: string }>("SELECT pg_export_snapshot() AS id");
    if (row === undefined) throw new Error("pg_export_snapshot gave nothing");
    return { id: row.id, session, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
  } catch (thrown) {
    await session[Symbol.asyncDispose]();
    throw thrown;
  }
}
