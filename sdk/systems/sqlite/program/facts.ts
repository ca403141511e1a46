import type { Database } from "bun:sqlite";
import { openDatabase } from "./open.ts";

/** What a database holds, as far as it can be compared with what its copy holds. */
export interface SqliteFacts {
  /** Rows by table, those that serve a virtual table among them. */
  tables: { name: string; rows: number }[];
  /** As `PRAGMA journal_mode` says: a copy is made in `delete`, whatever its source is in. */
  journalMode: string;
  userVersion: number;
  applicationId: number;
  bytes: number;
}

/** Reads a database from end to end. Its indexes are compared with its tables, which `quick_check` would not do. */
export function readFacts(path: string): SqliteFacts {
  using database = openDatabase(path, "read");
  // One transaction, so that a writer cannot make the counts disagree with each other.
  return database.transaction(() => {
    assertWhole(database);
    return {
      tables: rowsByTable(database),
      journalMode: String(pragma(database, "journal_mode")),
      userVersion: Number(pragma(database, "user_version")),
      applicationId: Number(pragma(database, "application_id")),
      bytes: Number(pragma(database, "page_count")) * Number(pragma(database, "page_size")),
    };
  })();
}

/** @throws an Error with the code SQLITE_CORRUPT, as SQLite itself does when it meets damage on its way. */
function assertWhole(database: Database): void {
  const faults = database.query("PRAGMA integrity_check").values().flat().map(String);
  if (faults.length === 1 && faults[0] === "ok") return;
  throw Object.assign(new Error(faults.slice(0, 5).join("; ")), { code: "SQLITE_CORRUPT" });
}

function rowsByTable(database: Database): SqliteFacts["tables"] {
  const listed = database
    .query<{ name: string }, []>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') ORDER BY name",
    )
    .all()
    .filter(({ name }) => name !== "sqlite_schema");
  const count = ({ name }: { name: string }) => {
    const [[rows] = []] = database.query(`SELECT count(*) FROM ${quoted(name)}`).values();
    return { name, rows: Number(rows) };
  };
  return listed.map(count);
}

function pragma(database: Database, name: string): unknown {
  return database.query(`PRAGMA ${name}`).values()[0]?.[0];
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
