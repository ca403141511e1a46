import { z } from "zod";
import { Failure } from "../../sdk/core/errors/index.ts";
import { identifier, type Session } from "../../sdk/systems/postgres/index.ts";

const rightsSchema = z.object({
  schema: z.string().nullable(),
  mayCreate: z.boolean(),
  mayInsert: z.boolean(),
  mayMakeTemporary: z.boolean(),
  readOnly: z.boolean(),
});

const rights = `
  SELECT current_schema() AS schema,
         coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate",
         EXISTS (
           SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
             AND has_table_privilege(c.oid, 'INSERT')
         ) AS "mayInsert",
         has_database_privilege(current_database(), 'TEMPORARY') AS "mayMakeTemporary",
         current_setting('transaction_read_only')::bool AS "readOnly"`;

export type Written = { wrote: true; how: string } | { wrote: false; why: string };

/**
 * Writes something, reads it, and takes it back: a table of our own where the role may make one. Elsewhere a temporary one, which
 * shows that the server takes writes, and the role's rights, which show that it may; a role that may make neither has its
 * rights looked at alone.
 */
export async function writeAndTakeBack(session: Session): Promise<Written> {
  const [row] = await session.query(rights);
  const { schema, mayCreate, mayInsert, mayMakeTemporary, readOnly } = rightsSchema.parse(row);
  if (!mayCreate && !mayInsert) return { wrote: false, why: "this role may read, and write to no table" };
  const byRights = { wrote: true, how: "may write to its tables" } as const;
  if (!mayCreate && !mayMakeTemporary)
    return readOnly ? { wrote: false, why: "its transactions are read-only" } : byRights;
  const name = identifier(`switchover_probe_${crypto.randomUUID().replaceAll("-", "")}`);
  const table =
    mayCreate && schema !== null ? `TABLE ${identifier(schema)}.${name}` : `TEMPORARY TABLE ${name}`;
  try {
    await session.query("BEGIN");
    await session.query(`CREATE ${table} (word text)`);
    const word = crypto.randomUUID();
    await session.query(`INSERT INTO ${name} VALUES ($1)`, [word]);
    const [read] = await session.query<{ word: string }>(`SELECT word FROM ${name}`);
    if (read?.word !== word) return { wrote: false, why: "what was written does not come back" };
    return mayCreate ? { wrote: true, how: "wrote to a table of its own" } : byRights;
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code.startsWith("DATABASE_"))
      return { wrote: false, why: thrown.why ?? thrown.message };
    throw thrown;
  } finally {
    await session.query("ROLLBACK");
  }
}
