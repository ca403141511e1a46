import { Failure } from "../../core/errors/index.ts";
import { identifier, type Session } from "./connection.ts";

/** Whether the extension that reads tables and indexes from end to end can be used. */
export type Amcheck = "installed" | "at hand" | "missing" | "forbidden";

/** Its functions are a superuser's alone, unless somebody was granted them. */
export async function amcheckOf(session: Session): Promise<Amcheck> {
  const [row] = await session.query<{
    installed: boolean;
    available: boolean;
    super: boolean;
    granted: boolean | null;
  }>(
    `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'amcheck') AS installed,
            EXISTS (SELECT FROM pg_available_extensions WHERE name = 'amcheck') AS available,
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super,
            (SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE')) FROM pg_proc p
             WHERE proname IN ('bt_index_check', 'verify_heapam')) AS granted`,
  );
  if (row === undefined) throw new Error("the server gave no row");
  if (row.installed) return row.granted === true ? "installed" : "forbidden";
  if (!row.available) return "missing";
  return row.super ? "at hand" : "forbidden";
}

/** What came of reading one table and its indexes. */
export type TableRead =
  | { table: string; outcome: "read"; faults: string[] }
  /** Another session held the table for longer than this one waits for a lock. */
  | { table: string; outcome: "held" };

/** The most that is told of one table. */
const mostFaults = 5;

/**
 * Reads every table and every B-tree index from end to end, and gives each table as it has been read: that one of them is held
 * hides nothing that was found in another. One that is dropped meanwhile has no faults. What writes goes on; what changes a
 * table's shape waits while it is read. Where the extension is only at hand it is made in a transaction that is rolled back, for
 * each table anew.
 */
export async function* readTables(
  session: Session,
  amcheck: "installed" | "at hand",
): AsyncGenerator<TableRead> {
  const tables = await session.query<{ oid: string; schema: string; name: string }>(
    `SELECT c.oid::text AS oid, nspname AS schema, relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'm') AND relpersistence = 'p' AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
     ORDER BY nspname, relname`,
  );
  for (const { oid, schema, name } of tables) {
    const table = `${identifier(schema)}.${identifier(name)}`;
    try {
      yield { table, outcome: "read", faults: await inTransaction(session, amcheck, oid) };
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.code !== "DATABASE_LOCKED") throw thrown;
      yield { table, outcome: "held" };
    }
  }
}

async function inTransaction(
  session: Session,
  amcheck: "installed" | "at hand",
  table: string,
): Promise<string[]> {
  await session.query("BEGIN");
  try {
    if (amcheck === "at hand") await session.query("CREATE EXTENSION amcheck SCHEMA pg_catalog");
    const place = await placeOf(session);
    return [...(await heapFaults(session, place, table)), ...(await indexFaults(session, place, table))];
  } finally {
    await session.query("ROLLBACK").catch(() => {});
  }
}

/** The schema that its functions are in, quoted. */
async function placeOf(session: Session): Promise<string> {
  const [row] = await session.query<{ schema: string }>(
    "SELECT nspname AS schema FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'amcheck'",
  );
  return identifier(row?.schema ?? "pg_catalog");
}

/** `verify_heapam` came with PostgreSQL 14. A page that cannot be read at all is no row of its answer: it ends it. */
async function heapFaults(session: Session, place: string, table: string): Promise<string[]> {
  const [known] = await session.query<{ there: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_proc WHERE proname = 'verify_heapam') AS there",
  );
  if (known?.there !== true) return [];
  return faultsOf(session, table, async () => {
    const faults = await session.query<{ blkno: string; msg: string }>(
      `SELECT blkno, msg FROM ${place}.verify_heapam($1::oid::regclass) LIMIT ${mostFaults}`,
      [table],
    );
    return faults.map(({ blkno, msg }) => `block ${blkno}: ${msg}`);
  });
}

async function indexFaults(session: Session, place: string, table: string): Promise<string[]> {
  const indexes = await session.query<{ oid: string; name: string }>(
    `SELECT i.indexrelid::text AS oid, quote_ident(c.relname) AS name
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
     WHERE i.indrelid = $1 AND a.amname = 'btree' AND i.indisready AND i.indisvalid ORDER BY 2`,
    [table],
  );
  const faults: string[] = [];
  for (const { oid, name } of indexes) {
    const found = await faultsOf(session, oid, async () => {
      await session.query(`SELECT ${place}.bt_index_check($1::oid::regclass, true)`, [oid]);
      return [];
    });
    faults.push(...found.map((what) => `index ${name}: ${what}`));
  }
  return faults;
}

/** What reading a relation gives, or is ended by. The server's word for one that was dropped is that of a damaged one. */
async function faultsOf(
  session: Session,
  relation: string,
  read: () => Promise<string[]>,
): Promise<string[]> {
  await session.query("SAVEPOINT reading");
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !isDamage(thrown)) throw thrown;
    await session.query("ROLLBACK TO SAVEPOINT reading");
    const still = await session.query("SELECT FROM pg_class WHERE oid = $1", [relation]);
    return still.length === 0 ? [] : [thrown.why ?? thrown.message];
  }
}

/** SQLSTATE class XX: the server's own word for what must never be. */
function isDamage({ details }: Failure): boolean {
  const { sqlstate } = details;
  return typeof sqlstate === "string" && sqlstate.startsWith("XX");
}
