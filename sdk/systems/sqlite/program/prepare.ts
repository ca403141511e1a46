import { readFacts, type SqliteFacts } from "./facts.ts";
import { openDatabase } from "./open.ts";

/** Reads a database from end to end, and puts it into the journal mode that its source was in. */
export function prepare(path: string, journalMode: string): SqliteFacts {
  const facts = readFacts(path);
  if (facts.journalMode === journalMode) return facts;
  using database = openDatabase(path, "write");
  const [[mode] = []] = database
    .query(`PRAGMA journal_mode = ${journalMode === "wal" ? "WAL" : "DELETE"}`)
    .values();
  return { ...facts, journalMode: String(mode) };
}
