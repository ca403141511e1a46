import type { PostgresFacts } from "../../core/manifest/index.ts";
import { identifier, type Session } from "./connection.ts";

const countedAtOnce = 100;

type DatabaseFacts = Omit<PostgresFacts, "settings" | "extensions" | "tables" | "largeObjects">;

/**
 * Reads of a database what its dump does not hold, and what a restored one is compared with. The session is in a transaction:
 * in that of a snapshot it is what the dump of that snapshot holds.
 *
 * @throws Failure DATABASE_FORBIDDEN when a table may not be read, DATABASE_LOCKED
 */
export async function readFacts(session: Session): Promise<PostgresFacts> {
  return {
    ...(await databaseFacts(session)),
    settings: await settingsOf(session),
    extensions: await session.query(
      `SELECT extname AS name, nspname AS schema, extversion AS version
       FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace ORDER BY extname`,
    ),
    tables: await countRows(session),
    largeObjects: await largeObjectsOf(session),
  };
}

/** Read through `to_jsonb`, since the columns of the locale differ between versions: 15 has providers, 17 renamed ICU's. */
async function databaseFacts(session: Session): Promise<DatabaseFacts> {
  const [row] = await session.query<{
    encoding: string;
    owner: string;
    comment: string | null;
    size: string;
    tablespace: string;
    catalogue: {
      datcollate: string;
      datctype: string;
      datlocprovider?: string;
      daticulocale?: string | null;
      datlocale?: string | null;
      daticurules?: string | null;
      datconnlimit: number;
    };
    acl: string[] | null;
  }>(
    `SELECT pg_encoding_to_char(encoding) AS encoding,
            pg_get_userbyid(datdba) AS owner, shobj_description(oid, 'pg_database') AS comment,
            pg_database_size(oid) AS size, (SELECT spcname FROM pg_tablespace t WHERE t.oid = dattablespace) AS tablespace,
            to_jsonb(d) - 'datacl' AS catalogue, datacl::text[] AS acl
     FROM pg_database d WHERE datname = current_database()`,
  );
  if (row === undefined) throw new Error("the database is not in pg_database");
  const { catalogue, comment, acl, tablespace } = row;
  const icuLocale = catalogue.datlocale ?? catalogue.daticulocale;
  return {
    serverVersion: await serverVersion(session),
    encoding: row.encoding,
    collation: catalogue.datcollate,
    characterType: catalogue.datctype,
    localeProvider: catalogue.datlocprovider ?? "c",
    ...(typeof icuLocale === "string" ? { icuLocale } : {}),
    ...(typeof catalogue.daticurules === "string" ? { icuRules: catalogue.daticurules } : {}),
    ...(tablespace === "pg_default" ? {} : { tablespace }),
    owner: row.owner,
    connectionLimit: catalogue.datconnlimit,
    ...(comment === null ? {} : { comment }),
    ...(acl === null ? {} : { acl }),
    size: Number(row.size),
  };
}

async function settingsOf(session: Session): Promise<PostgresFacts["settings"]> {
  const rows = await session.query<{ role: string | null; values: string[] }>(
    `SELECT rolname AS role, setconfig AS values
     FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
     WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY rolname NULLS FIRST`,
  );
  return rows.map(({ role, values }) => (role === null ? { values } : { role, values }));
}

/**
 * Every table that keeps rows of its own, partitions among them. Those of extensions are the extension's matter, and
 * temporary ones end with their session.
 */
async function countRows(session: Session): Promise<PostgresFacts["tables"]> {
  const tables = await session.query<{ schema: string; name: string }>(
    `SELECT nspname AS schema, relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND relpersistence <> 't' AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
     ORDER BY nspname, relname`,
  );
  const counted: PostgresFacts["tables"] = [];
  for (let from = 0; from < tables.length; from += countedAtOnce)
    counted.push(...(await countSome(session, tables.slice(from, from + countedAtOnce))));
  return counted;
}

/** The locks are given back: of many thousands of tables and indexes they would fill the lock table that all sessions share. */
async function countSome(
  session: Session,
  tables: readonly { schema: string; name: string }[],
): Promise<PostgresFacts["tables"]> {
  const counts = tables.map(
    ({ schema, name }, place) =>
      `SELECT ${place} AS place, count(*) AS rows FROM ONLY ${identifier(schema)}.${identifier(name)}`,
  );
  await session.query("SAVEPOINT counting");
  const found = await session.query<{ place: number; rows: string }>(counts.join(" UNION ALL "));
  await session.query("ROLLBACK TO SAVEPOINT counting; RELEASE SAVEPOINT counting");
  const rows = new Map(found.map((row) => [row.place, row.rows]));
  return tables.map(({ schema, name }, place) => ({ schema, name, rows: Number(rows.get(place)) }));
}

async function largeObjectsOf(session: Session): Promise<number> {
  const [row] = await session.query<{ count: string }>("SELECT count(*) FROM pg_largeobject_metadata");
  return Number(row?.count);
}

/** Whether the session's user may read what only a superuser may, such as the roles' passwords. */
export async function isSuperuser(session: Session): Promise<boolean> {
  const [row] = await session.query<{ super: boolean }>(
    "SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user",
  );
  return row?.super === true;
}

/** `server_version_num`: 150014 is 15.14. */
export async function serverVersion(session: Session): Promise<number> {
  const [row] = await session.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  if (row === undefined) throw new Error("the server has no version");
  return row.version;
}
