import { z } from "zod";
import { identifier, type Session } from "../../sdk/systems/postgres/index.ts";

const existsSchema = z.tuple([z.object({ exists: z.boolean() })]);
const idsSchema = z.array(z.object({ id: z.string() }));

/** The migrations that the database has seen, by its own table; none where that was never made. */
export async function appliedMigrations(
  session: Session,
  { table, column }: { table: string; column: string },
): Promise<Set<string>> {
  const name = table.split(".").map(identifier).join(".");
  const asked = await session.query("SELECT to_regclass($1) IS NOT NULL AS exists", [name]);
  const [{ exists }] = existsSchema.parse(asked);
  if (!exists) return new Set();
  const rows = await session.query(`SELECT ${identifier(column)}::text AS id FROM ${name}`);
  return new Set(idsSchema.parse(rows).map(({ id }) => id));
}
