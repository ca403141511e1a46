import type { PostgresFacts } from "../../core/manifest/index.ts";
import { connect, identifier, literal, type Session } from "./connection.ts";
import { type Marker, mark } from "./marker.ts";
import { replicationOf } from "./replication.ts";

type Recorded = Pick<
  PostgresFacts,
  "encoding" | "collation" | "characterType" | "localeProvider" | "icuLocale" | "owner"
>;

/**
 * Makes an empty database of the same encoding, locale and owner, and marks it as ours. `template1` may have got things
 * that the dump brings too, so it comes from `template0`.
 *
 * @throws Failure DATABASE_QUERY_FAILED when the server lacks the locale or the owner, DATABASE_FORBIDDEN
 */
export async function createDatabase(
  session: Session,
  name: string,
  recorded: Recorded,
  marker: Marker,
): Promise<void> {
  await session.query(createStatement(name, recorded));
  await session.query(mark(name, marker));
}

/** Providers of locales are PostgreSQL 15's; the server's own, `builtin`, is 17's. */
export function createStatement(name: string, recorded: Recorded): string {
  const { encoding, collation, characterType, localeProvider, icuLocale, owner } = recorded;
  const provider = {
    i: ` LOCALE_PROVIDER icu ICU_LOCALE ${literal(icuLocale ?? "und")}`,
    b: ` LOCALE_PROVIDER builtin BUILTIN_LOCALE ${literal(icuLocale ?? "C")}`,
  }[localeProvider];
  return (
    `CREATE DATABASE ${identifier(name)} TEMPLATE template0 OWNER ${identifier(owner)}` +
    ` ENCODING ${literal(encoding)} LC_COLLATE ${literal(collation)} LC_CTYPE ${literal(characterType)}` +
    (provider ?? "")
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
