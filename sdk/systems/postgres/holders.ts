import type { Session } from "./connection.ts";
import { preparedIn } from "./prepared.ts";
import { replicationOf } from "./replication.ts";

/** What is at work in a database or hangs on it, or otherwise forbids to drop it, in words: nobody does for as long as there is any. */
export async function holdersOf(session: Session, database: string): Promise<string[]> {
  // Autovacuum comes and goes by itself, and gives way. What another user's session is, not everybody is told.
  const sessions = await session.query<{ pid: number; user: string | null; application: string }>(
    `SELECT pid, usename AS user, application_name AS application FROM pg_stat_activity
     WHERE datname = $1 AND backend_type IS DISTINCT FROM 'autovacuum worker' AND pid <> pg_backend_pid() ORDER BY pid`,
    [database],
  );
  const [own] = await session.query<{ template: boolean; foreign: string | null }>(
    `SELECT datistemplate AS template,
       CASE WHEN NOT pg_has_role(datdba, 'USAGE') THEN pg_get_userbyid(datdba) END AS foreign
     FROM pg_database WHERE datname = $1`,
    [database],
  );
  const prepared = await preparedIn(session, database);
  const { slots, subscriptions } = await replicationOf(session, database);
  return [
    ...sessions.map(
      ({ pid, user, application }) =>
        `session ${pid} (${user ?? "no user"}, ${application || "unnamed"}) is connected to it`,
    ),
    ...(own?.template ? ["it is a template"] : []),
    ...(own?.foreign == null ? [] : [`it belongs to ${own.foreign}, and only who has that role may drop it`]),
    ...prepared.map((gid) => `the prepared transaction ${gid} is in it`),
    ...slots.map((slot) => `the replication slot ${slot} belongs to it`),
    ...subscriptions.map((name) => `the subscription ${name} goes on in it`),
  ];
}
