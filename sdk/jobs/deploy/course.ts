import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJournal } from "../../core/journal/index.ts";

/** The steps of a deployment, in their order. */
const stepNames = [
  "plan",
  "pre-check",
  "permissions",
  "backup",
  "build",
  "stage",
  "migrate",
  "verify",
  "switch",
  "watch",
  "retire",
] as const;

export type StepName = (typeof stepNames)[number];

/** The steps whose failure lies in the environment that was being brought up; what fails before them is the machine's. */
export const aboutTheTarget: ReadonlySet<string> = new Set<StepName>([
  "stage",
  "migrate",
  "verify",
  "switch",
  "watch",
]);

const environmentSchema = z.enum(["blue", "green"]);

/** Where a run is going, decided before its first step and written down with it. */
const courseSchema = z.object({
  run: z.string(),
  command: z.enum(["deploy", "rollback"]),
  startedAt: z.string(),
  release: z.string(),
  source: z.string().optional(),
  /** The environment that serves when the run begins, and its release. */
  from: environmentSchema,
  /** Undefined when nothing runs there, or something that Switchover did not put there. */
  serving: z.string().optional(),
  /** Whether anything runs there at all: on a first deployment nothing does. */
  fromRuns: z.boolean(),
  /** The environment that is to serve, and the release that stood in it before. */
  to: environmentSchema,
  occupant: z.string().optional(),
  /** Whether that older release was running, kept for an instant rollback. */
  occupantWarm: z.boolean(),
  /** A deployment makes its environment anew; a way back, and one that goes on, use what stands there. */
  staging: z.enum(["anew", "as it is"]),
});

export type Course = z.infer<typeof courseSchema>;

const recordSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("begun"), course: courseSchema, at: z.string() }),
  z.object({
    kind: z.literal("step"),
    step: z.enum(stepNames),
    phase: z.enum(["starting", "done", "skipped", "failed", "undoing", "undone"]),
    detail: z.string().optional(),
    /** Of a failure. */
    code: z.string().optional(),
    at: z.string(),
  }),
  z.object({
    kind: z.literal("migrating"),
    applied: z.array(z.string()),
    breaking: z.array(z.string()),
    at: z.string(),
  }),
  z.object({ kind: z.literal("backed-up"), id: z.string(), at: z.string() }),
  /** A person takes the run back with `--abort`, and its release serves well: that says nothing against it. */
  z.object({ kind: z.literal("aborted"), at: z.string() }),
  z.object({ kind: z.literal("ended"), outcome: z.string(), at: z.string() }),
]);

export type JournalRecord = z.infer<typeof recordSchema>;
type WithoutTime<R> = R extends unknown ? Omit<R, "at"> : never;
/** A record as it is written; the journal adds the time. */
export type JournalEntry = WithoutTime<JournalRecord>;

export interface Migrated {
  applied: string[];
  /** Those that the release before cannot work with. */
  breaking: string[];
}

/** A run that began and never wrote its end. */
export interface Unfinished {
  file: string;
  course: Course;
  /** The step that it was in, or had last ended. */
  lastStep: StepName | undefined;
  records: readonly JournalRecord[];
}

export function parseRecord(value: unknown): JournalRecord | undefined {
  return recordSchema.safeParse(value).data;
}

/** The migrations that a run was about to apply when it wrote this; they may have been applied. */
export function migrationsOf(records: readonly JournalRecord[]): Migrated | undefined {
  const written = records.findLast((record) => record.kind === "migrating");
  return written && { applied: written.applied, breaking: written.breaking };
}

/** What a run that was cut off had found out, as far as it is of use to whoever goes on with it, or tells of it. */
export function foundBy(records: readonly JournalRecord[]): { migrations?: Migrated; backup?: string } {
  const migrations = migrationsOf(records);
  const backup = records.findLast((record) => record.kind === "backed-up")?.id;
  return { ...(migrations && { migrations }), ...(backup !== undefined && { backup }) };
}

/** The step of the run that failed before it was cut off, or before it could not be put back; and why it failed. */
export function failureIn(
  records: readonly JournalRecord[],
): { step: StepName; reason?: string; code?: string } | undefined {
  for (const record of records) {
    if (record.kind !== "step" || record.phase !== "failed") continue;
    const { step, detail, code } = record;
    return { step, ...(detail !== undefined && { reason: detail }), ...(code !== undefined && { code }) };
  }
  return undefined;
}

/** Whether the traffic of the run was being given back when it was cut off: it had had it, or may have had. */
export function wasTakenBack(records: readonly JournalRecord[]): boolean {
  return records.some(
    (record) => record.kind === "step" && record.step === "switch" && record.phase === "undoing",
  );
}

/** Whether a person took the run back while its release served well. */
export function wasAborted(records: readonly JournalRecord[]): boolean {
  return records.some(({ kind }) => kind === "aborted");
}

/**
 * The newest run whose journal has a beginning, when it has no end; undefined when it ended. A journal without a
 * beginning is that of a run that never began: its first record did not fit on the disk, or it was killed before.
 */
export function findUnfinished(folder: string): Unfinished | undefined {
  if (!existsSync(folder)) return undefined;
  const newestFirst = readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .toReversed();
  for (const name of newestFirst) {
    const file = join(folder, name);
    const { records } = readJournal(file, parseRecord);
    const begun = records.find((record) => record.kind === "begun");
    if (begun === undefined) continue;
    if (records.some((record) => record.kind === "ended")) return undefined;
    const lastStep = records.findLast((record) => record.kind === "step")?.step;
    return { file, course: begun.course, lastStep, records };
  }
  return undefined;
}
