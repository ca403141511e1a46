import { z } from "zod";
import { identifier, type Session } from "../../sdk/systems/postgres/index.ts";

const stateSchema = z.tuple([z.object({ recorded: z.boolean(), empty: z.boolean() })]);
const rowsSchema = z.array(z.object({ id: z.string(), failed: z.boolean(), takenBack: z.boolean() }));

/** The migrations that a database has seen. */
export interface Seen {
  applied: ReadonlySet<string>;
  /** Those that ended half way and that nobody has settled since. */
  failed: readonly string[];
}

const question = `
  SELECT to_regclass($1) IS NOT NULL AS recorded,
         NOT EXISTS (
           SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
             AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
         ) AS empty`;

/**
 * The migrations that the database has seen, by its own table: none where nothing is in it yet, and undefined where it
 * holds tables but not that one, so that nobody can tell.
 */
export async function appliedMigrations(
  session: Session,
  { table, column }: { table: string; column: string },
): Promise<Seen | undefined> {
  const name = table.split(".").map(identifier).join(".");
  const [{ recorded, empty }] = stateSchema.parse(await session.query(question, [name]));
  if (!recorded) return empty ? { applied: new Set(), failed: [] } : undefined;
  const rows = rowsSchema.parse(await session.query(rowsOf(name, identifier(column))));
  const standing = rows.filter(({ takenBack }) => !takenBack);
  const applied = new Set(standing.filter(({ failed }) => !failed).map(({ id }) => id));
  const failed = standing.filter((row) => row.failed && !applied.has(row.id)).map(({ id }) => id);
  return { applied, failed: [...new Set(failed)] };
}

/**
 * Some tools keep a row of what failed, too: Prisma one without `finished_at`, until it is `rolled_back_at`; Flyway one that is no
 * `success`, golang-migrate one that is `dirty`.
 */
function rowsOf(table: string, column: string): string {
  return `
    SELECT ${column}::text AS id,
           coalesce(said ? 'finished_at' AND said ->> 'finished_at' IS NULL
             OR said ->> 'success' = 'false' OR said ->> 'dirty' = 'true', false) AS failed,
           said ->> 'rolled_back_at' IS NOT NULL AS "takenBack"
    FROM ${table} AS migration, LATERAL (SELECT to_jsonb(migration) AS said) AS row`;
}
