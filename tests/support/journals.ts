import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readJournal } from "../../sdk/core/journal/index.ts";
import { type JournalRecord, parseRecord } from "../../sdk/jobs/deploy/course.ts";
import { historyRecordSchema } from "../../sdk/jobs/deploy/history.ts";
import type { Stack } from "./stack.ts";

/** The journal files of a stack, the oldest first. */
export function journalsOf(stack: Stack): string[] {
  const folder = stack.state("journals");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

function recordsOf(file: string): JournalRecord[] {
  return readJournal(file, parseRecord).records;
}

/** The records of the newest run that has any. */
export function lastRun(stack: Stack): JournalRecord[] {
  return (
    journalsOf(stack)
      .map(recordsOf)
      .findLast((records) => records.length > 0) ?? []
  );
}

/** Whether the newest run began and never wrote its end. */
export function isUnfinished(stack: Stack): boolean {
  const records = lastRun(stack);
  return records.length > 0 && !records.some(({ kind }) => kind === "ended");
}

/** The journals and histories of which more than one line is no record: a crash, or a full disk, tears one. */
export function damagedFiles(stack: Stack): string[] {
  const history = (value: unknown) => historyRecordSchema.safeParse(value).data;
  const read = [
    ...journalsOf(stack).map((file) => [file, readJournal<object>(file, parseRecord)] as const),
    [stack.state("history.jsonl"), readJournal<object>(stack.state("history.jsonl"), history)] as const,
  ];
  return read.filter(([, { torn }]) => torn > 1).map(([file]) => file);
}

/** Remembers where the journals end now, and gives what is written after: read again only when there is more of it. */
export function newRecords(stack: Stack): () => JournalRecord[] {
  const before = sizesOf(journalsOf(stack));
  let seen = "";
  let records: JournalRecord[] = [];
  return () => {
    const newest = sizesOf(journalsOf(stack).slice(-3));
    const now = JSON.stringify([...newest]);
    if (now === seen) return records;
    seen = now;
    records = [...newest]
      .filter(([file, size]) => size > (before.get(file) ?? 0))
      .flatMap(([file]) => recordsIn(readFileSync(file).subarray(before.get(file) ?? 0)));
    return records;
  };
}

function sizesOf(files: readonly string[]): Map<string, number> {
  return new Map(files.map((file) => [file, statSync(file).size]));
}

function recordsIn(bytes: Buffer): JournalRecord[] {
  return bytes
    .toString()
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => parseRecord(JSON.parse(line || "null")) ?? []);
}
