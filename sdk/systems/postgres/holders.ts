import type { Session } from "./connection.ts";
import { preparedIn } from "./prepared.ts";
import { replicationOf } from "./replication.ts";

/** What is at work in a database or hangs on it, in words: nobody drops it for as long as there is any. */
export async function holdersOf(session: Session, database: string): Promise<string[]> {
  // Autovacuum comes and goes by itself, and gives way. What another user's session is, not everybody is told.
  const sessions = await session.query<{ pid: number; user: string | null; application: string }>(
    `SELECT pid, usename AS user, application_name AS application FROM pg_stat_activity
     WHERE datname = $1 AND backend_type IS DISTINCT FROM 'autovacuum worker' AND pid <> pg_backend_pid() ORDER BY pid`,
    [database],
  );
  const prepared = await preparedIn(session, database);
  const { slots, subscriptions } = await replicationOf(session, database);
  return [
    ...sessions.map(
      ({ pid, user, application }) =>
        `session ${pid} (${user ?? "no user"}, ${application || "unnamed"}) is connected to it`,
    ),
    ...prepared.map((gid) => `the prepared transaction ${gid} is in it`),
    ...slots.map((slot) => `the replication slot ${slot} belongs to it`),
    ...subscriptions.map((name) => `the subscription ${name} goes on in it`),
  ];
}
