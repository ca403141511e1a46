import { closeSync, fsyncSync, openSync } from "node:fs";
import { readFacts, type SqliteFacts } from "./facts.ts";
import { openDatabase } from "./open.ts";

/**
 * Copies a database as it is at one moment, also while others write to it, into a file that must not be there yet.
 * What the copy holds is what the source held then, so the facts are read from the copy. They keep the source's journal
 * mode, which a copy does not inherit.
 */
export function snapshot(source: string, target: string): SqliteFacts {
  // Made here, since SQLite would make it readable for everybody.
  closeSync(openSync(target, "wx", 0o600));
  const journalMode = copy(source, target);
  const descriptor = openSync(target, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return { ...readFacts(target), journalMode };
}

function copy(source: string, target: string): string {
  using database = openDatabase(source, "read");
  database.run("VACUUM INTO ?", [target]);
  return String(database.query("PRAGMA journal_mode").values()[0]?.[0]);
}
