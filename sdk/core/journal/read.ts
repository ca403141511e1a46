import { readFileSync } from "node:fs";
import { Failure, messageOf } from "../errors/index.ts";
import { errnoOf } from "../files/index.ts";

export interface JournalContents<R> {
  records: R[];
  /** How many lines were no record: torn by a crash, damaged, or written by something else. */
  torn: number;
}

/**
 * Reads what a journal holds, in order. Whatever is damaged is counted and passed over; a journal that is
 * not there is empty.
 *
 * @param parse gives the record that a parsed line is, or undefined when it is none.
 * @throws Failure STATE_UNREADABLE when the journal is there and cannot be read.
 */
export function readJournal<R>(path: string, parse: (value: unknown) => R | undefined): JournalContents<R> {
  const contents: JournalContents<R> = { records: [], torn: 0 };
  for (const line of linesOf(path)) {
    const value = parseLine(line);
    const record = value === undefined ? undefined : parse(value);
    if (record === undefined) contents.torn += 1;
    else contents.records.push(record);
  }
  return contents;
}

/** The lines that are not empty, as bytes, one character each: a damaged byte must spoil its own line only. */
function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "latin1")
      .split("\n")
      .filter((line) => line !== "");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw unreadable(path, thrown);
  }
}

function unreadable(path: string, cause: unknown): Failure {
  const errno = errnoOf(cause);
  const isDenied = errno === "EACCES" || errno === "EPERM";
  return new Failure("STATE_UNREADABLE", {
    message: `the journal ${path} cannot be read${errno === undefined ? "" : ` (${errno})`}`,
    why: messageOf(cause),
    remedy: isDenied
      ? "give it to the user who runs this (chown), or run as its owner"
      : "mend it, or move it away",
    details: { path, ...(errno === undefined ? {} : { errno }) },
    cause,
  });
}

function parseLine(line: string): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(line, "latin1"),
    );
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
