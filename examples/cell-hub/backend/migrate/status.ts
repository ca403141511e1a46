import type pg from "pg";
import type { Migration } from "./read.ts";

export interface MigrationStatus {
  readonly id: string;
  readonly applied: boolean;
  readonly breaksPrevious: boolean;
}

/**
 * Every migration that this release knows or the database has seen. One that only the database knows came with a newer
 * release: an older one asks here whether it can live with it. Changes nothing.
 */
export async function status(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<MigrationStatus[]> {
  const applied = await appliedMigrations(client);
  const known = migrations.map(({ id, breaksPrevious }) => ({
    id,
    applied: applied.has(id),
    breaksPrevious,
  }));
  const knownIds = new Set(migrations.map(({ id }) => id));
  const newer = [...applied].filter(([id]) => !knownIds.has(id));
  return [...known, ...newer.map(([id, breaksPrevious]) => ({ id, applied: true, breaksPrevious }))];
}

/** What the database says has been applied, and whether it broke the release before. */
export async function appliedMigrations(client: pg.Client): Promise<Map<string, boolean>> {
  const table = await client.query("SELECT to_regclass('schema_migrations') AS name");
  if (table.rows[0]?.name === null) return new Map();
  const rows = await client.query<{ id: string; breaks_previous: boolean }>(
    "SELECT id, breaks_previous FROM schema_migrations ORDER BY id",
  );
  return new Map(rows.rows.map((row) => [row.id, row.breaks_previous]));
}
