import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import pg from "pg";
import type { Started } from "./script.ts";
import type { Stack } from "./stack.ts";

/** Keeps every migration of a stack waiting, and something for it to apply. */
export interface HeldMigrations extends AsyncDisposable {
  /** Resolves once a migration of this run is in the middle of its work, waiting for the lock. */
  untilOneWaits(run: Started): Promise<void>;
  /** Leaves nothing to apply any more; the lock stays taken. */
  nothingToApply(): Promise<void>;
}

/** The example's migrations take this lock first (examples/cell-hub/backend/migrate/apply.ts). */
const lockKey = 7_140_080;
const nullable = "002_provenance";
const betweenLooksMs = 20;

/** Makes the last migration pending again, which changes nothing for who serves, and takes the lock that it needs. */
export async function holdMigrations(stack: Stack): Promise<HeldMigrations> {
  const env = parseEnv(readFileSync(stack.prepared.envFiles.shared, "utf8"));
  const client = new pg.Client({
    host: `${env["CELL_HUB_SUBNET"]}.3`,
    user: "cell_hub",
    database: "cell_hub",
    password: env["DB_PASSWORD"],
    ssl: false,
  });
  await client.connect();
  await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
  await client.query(`UPDATE schema_migrations SET id = 'held' WHERE id = '${nullable}'`);
  const restore = async () =>
    void (await client.query(`UPDATE schema_migrations SET id = '${nullable}' WHERE id = 'held'`));
  return {
    async untilOneWaits({ child, ended }) {
      const waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
      while ((await client.query(waiting)).rowCount === 0) {
        if (child.exitCode !== null) throw new Error(`ended without a migration:\n${(await ended).stderr}`);
        await Bun.sleep(betweenLooksMs);
      }
    },
    nothingToApply: restore,
    async [Symbol.asyncDispose]() {
      await restore();
      await client.end();
    },
  };
}
