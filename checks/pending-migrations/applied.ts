import { z } from "zod";
import { identifier, type Session } from "../../sdk/systems/postgres/index.ts";

const stateSchema = z.tuple([z.object({ recorded: z.boolean(), empty: z.boolean() })]);
const idsSchema = z.array(z.object({ id: z.string() }));

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
): Promise<Set<string> | undefined> {
  const name = table.split(".").map(identifier).join(".");
  const [{ recorded, empty }] = stateSchema.parse(await session.query(question, [name]));
  if (!recorded) return empty ? new Set() : undefined;
  const rows = await session.query(`SELECT ${identifier(column)}::text AS id FROM ${name}`);
  return new Set(idsSchema.parse(rows).map(({ id }) => id));
}
