import { Database } from "bun:sqlite";

/** How long, in milliseconds, a lock that another connection holds for a moment is waited for. */
const busyMs = 5_000;

/** Opens a database that is there; one that is not is never made. */
export function openDatabase(path: string, access: "read" | "write"): Database {
  const database = new Database(
    path,
    access === "read" ? { readonly: true } : { readwrite: true, create: false },
  );
  database.run(`PRAGMA busy_timeout = ${busyMs}`);
  return database;
}
