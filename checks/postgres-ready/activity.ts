import { z } from "zod";
import type { Session } from "../../sdk/systems/postgres/index.ts";

const seconds = z.coerce.number();

const longSchema = z.object({
  pid: z.int(),
  user: z.string().nullable(),
  application: z.string(),
  state: z.string().nullable(),
  seconds,
});

const waitingSchema = z.object({ pid: z.int(), seconds, blockers: z.array(z.int()) });
const preparedSchema = z.object({ name: z.string(), seconds });

/** What would make a migration wait. Query texts are not read: they may hold what nobody should see. */
export interface Activity {
  /** Transactions that have been open for longer than the limit. */
  long: z.infer<typeof longSchema>[];
  /** Sessions that have waited for a lock for longer than a second. */
  waiting: z.infer<typeof waitingSchema>[];
  /** Two-phase transactions that nobody ended: they hold their locks over a restart. */
  prepared: z.infer<typeof preparedSchema>[];
}

const long = `
  SELECT pid, usename AS user, application_name AS application, state,
         extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
  FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND clock_timestamp() - xact_start > make_interval(secs => $1)
  ORDER BY xact_start`;

/** Since version 14 the lock itself says since when; before it, only who may see the session's query knows. */
const waiting = `
  SELECT l.pid, extract(epoch FROM clock_timestamp() - min(w.since))::float8 AS seconds,
         pg_blocking_pids(l.pid) AS blockers
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid,
       LATERAL (SELECT coalesce((to_jsonb(l) ->> 'waitstart')::timestamptz, a.query_start) AS since) w
  WHERE NOT l.granted AND a.datname = current_database()
    AND clock_timestamp() - w.since > interval '1 second'
  GROUP BY l.pid ORDER BY l.pid`;

const prepared = `
  SELECT gid AS name, extract(epoch FROM clock_timestamp() - prepared)::float8 AS seconds
  FROM pg_prepared_xacts
  WHERE database = current_database() AND clock_timestamp() - prepared > make_interval(secs => $1)
  ORDER BY prepared`;

/** Looks for transactions older than `limitMs`, and for those that wait for a lock. */
export async function activityOf(session: Session, limitMs: number): Promise<Activity> {
  const limit = limitMs / 1_000;
  return {
    long: z.array(longSchema).parse(await session.query(long, [limit])),
    waiting: z.array(waitingSchema).parse(await session.query(waiting)),
    prepared: z.array(preparedSchema).parse(await session.query(prepared, [limit])),
  };
}
