import type { Session } from "./connection.ts";

/**
 * The tables, as `schema.table (extension)`, whose rows pg_dump leaves out: those that belong to an extension which does not say
 * that they hold more than it makes itself (pg_extension_config_dump). Those without a row, or that may not be read, are not told.
 */
export async function undumpedTables(session: Session): Promise<string[]> {
  const tables = await session.query<{ name: string; extension: string }>(
    `SELECT format('%I.%I', nspname, relname) AS name, extname AS extension
     FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
       JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
     WHERE relkind = 'r' AND NOT c.oid = ANY (coalesce(extconfig, '{}')) AND has_table_privilege(c.oid, 'SELECT')
     ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name, extension } of tables) {
    const rows = await session.query(`SELECT FROM ONLY ${name} LIMIT 1`);
    if (rows.length > 0) found.push(`${name} (${extension})`);
  }
  return found;
}
