import type pg from "pg";
import { log, reason } from "../../runtime/log.ts";
import type { Migration } from "./read.ts";
import { appliedMigrations } from "./status.ts";

const lockKey = 7_140_080;

const recordTable = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    id text PRIMARY KEY,
    breaks_previous boolean NOT NULL,
    release text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`;

/** Applies what is pending, each in its own transaction, while nobody else can. */
export async function applyPending(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<{ applied: string[] }> {
  // Whoever runs this may be killed: then the server must notice, and not hold its locks until the statement ends.
  await client.query("SET client_connection_check_interval = '1s'");
  await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
  await client.query(recordTable);
  const done = await appliedMigrations(client);
  const pending = migrations.filter(({ id }) => !done.has(id));
  for (const migration of pending) await apply(client, migration);
  return { applied: pending.map(({ id }) => id) };
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await client.query("INSERT INTO schema_migrations (id, breaks_previous, release) VALUES ($1, $2, $3)", [
      migration.id,
      migration.breaksPrevious,
      process.env["CELL_HUB_RELEASE"] ?? "unbuilt",
    ]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw new Error(`migration ${migration.id} failed and was rolled back: ${reason(error)}`, {
      cause: error,
    });
  }
  log("migration applied", { id: migration.id });
}
