import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Configuration } from "../../core/config/index.ts";
import { messageOf } from "../../core/errors/index.ts";
import { type Journal, openJournal, readJournal } from "../../core/journal/index.ts";

const recordSchema = z.discriminatedUnion("kind", [
  /** Is about to be made, and is nobody's until it has its place. */
  z.object({ kind: z.literal("fresh"), type: z.enum(["postgres", "path"]), name: z.string() }),
  /** Is about to take a path's place, which `kept` then has; `inode` is what stands there before. */
  z.object({
    kind: z.literal("swap"),
    target: z.string(),
    fresh: z.string(),
    kept: z.string(),
    inode: z.number().optional(),
  }),
  z.object({ kind: z.literal("ended") }),
]);

export type RestoreRecord = z.infer<typeof recordSchema>;
export type RestoreJournal = Journal<RestoreRecord>;

export interface Unfinished {
  path: string;
  records: RestoreRecord[];
}

/** Opens the journal of a run. */
export function beginJournal(configuration: Configuration, now: Date): RestoreJournal {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return openJournal(join(folderOf(configuration), `${stamp}-${crypto.randomUUID().slice(0, 8)}.jsonl`));
}

/** Notes that a run came to its end. What it did stands, also where that cannot be written: the next run then looks at it. */
export function noteEnd({
  journal,
  report,
}: {
  journal: Pick<RestoreJournal, "append">;
  report: { warn(text: string): void };
}): void {
  try {
    journal.append({ kind: "ended" });
  } catch (thrown) {
    report.warn(`it is done, and that could not be noted: ${messageOf(thrown)}`);
  }
}

/** The journals of runs that were cut off. The caller holds the lock, so that no run is at work. */
export function unfinishedJournals(configuration: Configuration): Unfinished[] {
  return journals(configuration).filter(({ records }) => records.length > 0 && !hasEnded(records));
}

/** The paths that restores, and ways back, which came to their end have given to what stood there before. */
export function pathsKept(configuration: Configuration): ReadonlySet<string> {
  const ended = journals(configuration).filter(({ records }) => hasEnded(records));
  return new Set(
    ended.flatMap(({ records }) => records.flatMap((record) => (record.kind === "swap" ? record.kept : []))),
  );
}

function hasEnded(records: readonly RestoreRecord[]): boolean {
  return records.some(({ kind }) => kind === "ended");
}

function journals(configuration: Configuration): Unfinished[] {
  const folder = folderOf(configuration);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => join(folder, name))
    .map((path) => ({
      path,
      records: readJournal(path, (value) => recordSchema.safeParse(value).data).records,
    }));
}

function folderOf(configuration: Configuration): string {
  return configuration.state("restores");
}
