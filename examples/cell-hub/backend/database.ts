import pg from "pg";
import { log } from "../runtime/log.ts";
import { databaseSettings } from "./settings.ts";

/** The pool that every query goes through. PostgreSQL may leave and come back: only the queries of that time fail. */
export function openDatabase(): pg.Pool {
  const pool = new pg.Pool({
    ...databaseSettings(),
    max: 10,
    connectionTimeoutMillis: 2000,
    query_timeout: 5000,
    application_name: "cell-hub-backend",
  });
  pool.on("error", (error) => log("database connection lost", { reason: error.message }));
  return pool;
}

/** "connected", or why not. */
export async function databaseState(pool: pg.Pool): Promise<string> {
  try {
    await pool.query({ text: "SELECT 1", query_timeout: 1500 } as pg.QueryConfig);
    return "connected";
  } catch (error) {
    return `unreachable: ${error instanceof Error ? error.message || error.name : String(error)}`;
  }
}
