import type { Session } from "./connection.ts";

/** What belongs to a database and not to its name: a rename takes it along. */
export interface Replication {
  /** Logical slots, from which others read what is written in it. */
  slots: string[];
  /** Subscriptions, by which it gets what is written elsewhere. */
  subscriptions: string[];
}

export async function replicationOf(session: Session, database: string): Promise<Replication> {
  const slots = await session.query<{ name: string }>(
    "SELECT slot_name AS name FROM pg_replication_slots WHERE database = $1 AND NOT temporary ORDER BY 1",
    [database],
  );
  const subscriptions = await session.query<{ name: string }>(
    `SELECT subname AS name FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE datname = $1 ORDER BY 1`,
    [database],
  );
  return { slots: slots.map(({ name }) => name), subscriptions: subscriptions.map(({ name }) => name) };
}
