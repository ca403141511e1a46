import { Failure } from "../../core/errors/index.ts";
import { identifier, type Session } from "./connection.ts";

/** What the statistics say of one table, as of its last changes and vacuum. */
export interface TableBloat {
  schema: string;
  name: string;
  live: number;
  dead: number;
  /** Rows that were changed since the planner's statistics were made. */
  changed: number;
  bytes: number;
  /** Whether this user may vacuum it. */
  ours: boolean;
}

/** The tables with rows of their own, the most bloated first. Asking waits for no lock: sizes are those of the last vacuum. */
export async function tableBloat(session: Session): Promise<TableBloat[]> {
  const rows = await session.query<{
    schema: string;
    name: string;
    live: string;
    dead: string;
    changed: string;
    bytes: string;
    ours: boolean;
  }>(
    `SELECT s.schemaname AS schema, s.relname AS name, n_live_tup AS live, n_dead_tup AS dead,
            n_mod_since_analyze AS changed, relpages::bigint * current_setting('block_size')::bigint AS bytes,
            pg_has_role(c.relowner, 'USAGE') AS ours
     FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
     WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' ORDER BY n_dead_tup DESC, 1, 2`,
  );
  return rows.map(({ schema, name, live, dead, changed, bytes, ours }) => ({
    schema,
    name,
    live: Number(live),
    dead: Number(dead),
    changed: Number(changed),
    bytes: Number(bytes),
    ours,
  }));
}

/**
 * Who keeps this session from removing dead rows, in words: transactions that are older than it, and may still read them. Those
 * of other users are seen by whom the server shows them to (pg_read_all_stats).
 */
export async function readersOfDeadRows(session: Session): Promise<string[]> {
  const rows = await session.query<{ who: string }>(
    `WITH self AS (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())
     SELECT format('process %s of %s, %s since %s', pid, usename, state, date_trunc('second', xact_start)) AS who
     FROM pg_stat_activity a, self WHERE datname = current_database() AND backend_xmin IS NOT NULL
       AND xact_start < self.backend_start
     UNION ALL
     SELECT format('the prepared transaction %s since %s', gid, date_trunc('second', prepared))
     FROM pg_prepared_xacts, self WHERE database = current_database() AND prepared < backend_start
     UNION ALL
     SELECT format('the replication slot %s', slot_name) FROM pg_replication_slots WHERE xmin IS NOT NULL`,
  );
  return rows.map(({ who }) => who);
}

/** What came of tidying a table: another session may have held it for too long, or it was dropped meanwhile. */
export type Tidying = "tidied" | "held" | "gone";

/**
 * Vacuums a table and makes its statistics anew, or the statistics alone. It waits for no lock longer than the session's.
 */
export async function tidyTable(
  session: Session,
  { schema, name }: Pick<TableBloat, "schema" | "name">,
  how: "vacuum" | "analyze",
): Promise<Tidying> {
  const table = `${identifier(schema)}.${identifier(name)}`;
  try {
    await session.query(how === "vacuum" ? `VACUUM (ANALYZE) ${table}` : `ANALYZE ${table}`);
    return "tidied";
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    if (thrown.code === "DATABASE_LOCKED") return "held";
    if (isGone(thrown)) return "gone";
    throw thrown;
  }
}

/** SQLSTATE undefined_table and invalid_schema_name. */
function isGone({ details }: Failure): boolean {
  return details["sqlstate"] === "42P01" || details["sqlstate"] === "3F000";
}
