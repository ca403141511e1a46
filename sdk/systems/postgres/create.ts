import type { PostgresFacts } from "../../core/manifest/index.ts";
import { connect, identifier, literal, type Session } from "./connection.ts";
import { type Marker, mark } from "./marker.ts";
import { replicationOf } from "./replication.ts";

type Recorded = Pick<
  PostgresFacts,
  | "encoding"
  | "collation"
  | "characterType"
  | "localeProvider"
  | "icuLocale"
  | "icuRules"
  | "tablespace"
  | "owner"
>;

/**
 * Makes an empty database of the same encoding, locale and owner, and marks it as ours. `template1` may have got things
 * that the dump brings too, so it comes from `template0`. Gives, in words, what of it the server has no place for.
 *
 * @throws Failure DATABASE_QUERY_FAILED when the server lacks the locale or the owner, DATABASE_FORBIDDEN
 */
export async function createDatabase(
  session: Session,
  name: string,
  recorded: Recorded,
  marker: Marker,
): Promise<string[]> {
  const { tablespace } = recorded;
  const isUsable = tablespace === undefined || (await mayUse(session, tablespace));
  await session.query(createStatement(name, isUsable ? recorded : { ...recorded, tablespace: undefined }));
  await session.query(mark(name, marker));
  return isUsable ? [] : [`it is in the server's own tablespace, since ${tablespace} cannot be used`];
}

async function mayUse(session: Session, tablespace: string): Promise<boolean> {
  const [row] = await session.query<{ may: boolean }>(
    "SELECT has_tablespace_privilege(oid, 'CREATE') AS may FROM pg_tablespace WHERE spcname = $1",
    [tablespace],
  );
  return row?.may === true;
}

/** Providers of locales are PostgreSQL 15's; the server's own, `builtin`, is 17's. */
export function createStatement(name: string, recorded: Recorded): string {
  const { encoding, collation, characterType, localeProvider, icuLocale, icuRules, tablespace, owner } =
    recorded;
  const provider = {
    i: ` LOCALE_PROVIDER icu ICU_LOCALE ${literal(icuLocale ?? "und")}`,
    b: ` LOCALE_PROVIDER builtin BUILTIN_LOCALE ${literal(icuLocale ?? "C")}`,
  }[localeProvider];
  return (
    `CREATE DATABASE ${identifier(name)} TEMPLATE template0 OWNER ${identifier(owner)}` +
    ` ENCODING ${literal(encoding)} LC_COLLATE ${literal(collation)} LC_CTYPE ${literal(characterType)}` +
    (provider ?? "") +
    (icuRules === undefined ? "" : ` ICU_RULES ${literal(icuRules)}`) +
    (tablespace === undefined ? "" : ` TABLESPACE ${identifier(tablespace)}`)
  );
}

/**
 * Removes a database that was restored and never served, whoever is connected to it. One that is gone already is what is wanted.
 */
export async function dropDatabase(session: Session, name: string): Promise<void> {
  await dropSubscriptions(session, name);
  await session.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);
}

/**
 * Removes a database that served once. The server refuses it while somebody is connected, or anything hangs on it.
 *
 * @throws Failure DATABASE_QUERY_FAILED, DATABASE_FORBIDDEN
 */
export async function dropIdleDatabase(session: Session, name: string): Promise<void> {
  await session.query(`DROP DATABASE IF EXISTS ${identifier(name)}`);
}

/** The server drops no database that has one. Those of a dump are not connected, and the publisher's slot is not theirs. */
async function dropSubscriptions(session: Session, database: string): Promise<void> {
  const { subscriptions } = await replicationOf(session, database);
  if (subscriptions.length === 0) return;
  await using inside = await connect({ ...session.access, database });
  for (const subscription of subscriptions.map(identifier)) {
    await inside.query(`ALTER SUBSCRIPTION ${subscription} DISABLE`);
    await inside.query(`ALTER SUBSCRIPTION ${subscription} SET (slot_name = NONE)`);
    await inside.query(`DROP SUBSCRIPTION ${subscription}`);
  }
}
