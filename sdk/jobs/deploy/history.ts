import { z } from "zod";
import type { ErrorCode } from "../../core/errors/index.ts";
import { openJournal, readJournal } from "../../core/journal/index.ts";
import type { Environment } from "../../core/release/index.ts";
import { aboutTheTarget } from "./course.ts";

const stepTimeSchema = z.object({ step: z.string(), outcome: z.string(), seconds: z.number() });

const outcomeSchema = z.enum(["deployed", "rolled-back", "failed", "aborted", "interrupted"]);

/** One ended deployment or rollback, as `history.jsonl` keeps it. */
export const historyRecordSchema = z.object({
  run: z.string(),
  command: z.enum(["deploy", "rollback"]).optional(),
  /** ISO time of the end. */
  at: z.string(),
  outcome: outcomeSchema,
  /** What the run wanted to serve. */
  release: z.string(),
  environment: z.enum(["blue", "green"]),
  /** The release that served before. */
  previous: z.string().optional(),
  seconds: z.number(),
  /** Why it failed. */
  reason: z.string().optional(),
  code: z.string().optional(),
  /** The step that failed. */
  step: z.string().optional(),
  /** Migrations that it applied, and those of them that the release before it cannot work with. */
  migrations: z.object({ applied: z.array(z.string()), breaking: z.array(z.string()) }).optional(),
  backup: z.string().optional(),
  steps: z.array(stepTimeSchema).default([]),
  logFile: z.string().optional(),
});

export type HistoryRecord = z.infer<typeof historyRecordSchema>;
export type Outcome = z.infer<typeof outcomeSchema>;

/** What has been deployed, oldest first. It explains; what serves now is asked of the proxy. */
export function readHistory(file: string): HistoryRecord[] {
  return readJournal(file, (value) => historyRecordSchema.safeParse(value).data).records;
}

/** Adds one ended run. */
export function appendHistory(file: string, record: HistoryRecord, redact: (text: string) => string): void {
  using journal = openJournal<HistoryRecord>(file, { redact });
  journal.append(record);
}

const served = (record: HistoryRecord) => record.outcome === "deployed" || record.outcome === "rolled-back";

/**
 * The failures that speak of the release: it never got healthy, or failed its migration, its proofs or its watch.
 * All others are the machine's, the proxy's, or whoever's ran the command.
 */
const speaksOfTheRelease: ReadonlySet<string> = new Set<ErrorCode>([
  "SERVICE_UNHEALTHY",
  "SERVICE_CRASHED",
  "DEADLINE_EXCEEDED",
  "MIGRATION_FAILED",
  "VERIFY_FAILED",
  "WRONG_RELEASE_ANSWERED",
  "SWITCH_NOT_PROVEN",
  "WATCH_FAILED",
]);

/**
 * The releases that failed by their own doing, or that had the traffic and were given up, and have not been deployed with
 * success since. A way back that fails says nothing against where it led, nor does a second copy of what serves; nor does
 * it that a failure could not be put back: what failed first decides. A record without a code is that of a run that was
 * cut off, whose release then did not serve well, or was given up.
 */
export function badReleases(history: readonly HistoryRecord[]): ReadonlySet<string> {
  const bad = new Set<string>();
  for (const record of history) {
    if (condemns(record)) bad.add(record.release);
    if (record.outcome === "rolled-back" && record.previous !== undefined) bad.add(record.previous);
    if (served(record)) bad.delete(record.release);
  }
  return bad;
}

function condemns({ outcome, code, step, command, release, previous }: HistoryRecord): boolean {
  if (outcome !== "failed" || command === "rollback" || release === previous) return false;
  // A backup, too, can be too slow.
  if (code === "DEADLINE_EXCEEDED" && step !== undefined) return aboutTheTarget.has(step);
  return code === undefined || speaksOfTheRelease.has(code);
}

/** The release that was last put into service in an environment. */
export function lastServedFrom(
  environment: Environment,
  history: readonly HistoryRecord[],
): string | undefined {
  return history.findLast((record) => served(record) && record.environment === environment)?.release;
}

export interface RollbackTarget {
  release: string;
  /** Migrations of other releases, applied since the target was deployed, that it cannot work with. */
  breaking: readonly string[];
}

/** The releases that served well and are neither bad nor the one that serves now, those that served last first. */
export function rollbackTargets(
  history: readonly HistoryRecord[],
  serving: string | undefined,
): RollbackTarget[] {
  const bad = badReleases(history);
  const good = history.filter(
    (record) => served(record) && record.release !== serving && !bad.has(record.release),
  );
  const releases = new Set(good.map(({ release }) => release).toReversed());
  return [...releases].map((release) => ({ release, breaking: breakingSince(release, history) }));
}

/** The first of them; undefined when there is none. */
export function rollbackTarget(
  history: readonly HistoryRecord[],
  serving: string | undefined,
): RollbackTarget | undefined {
  return rollbackTargets(history, serving)[0];
}

/** The migrations that a release, which served before, would meet and cannot work with; none for a release that never did. */
export function crossedBy(release: string, history: readonly HistoryRecord[]): string[] {
  const hasServed = history.some((record) => record.release === release && record.outcome === "deployed");
  return hasServed ? breakingSince(release, history) : [];
}

function breakingSince(release: string, history: readonly HistoryRecord[]): string[] {
  const others = othersSince(release, history);
  return [...new Set(others.flatMap(({ migrations }) => migrations?.breaking ?? []))];
}

/** Everything that was migrated for other releases since one was deployed, whatever it was declared to break. */
export function migrationsSince(release: string, history: readonly HistoryRecord[]): string[] {
  const named = othersSince(release, history).flatMap(({ release: other, migrations }) => {
    if (migrations === undefined) return [];
    // Without a command that lists them, only that something was migrated is known.
    return migrations.applied.length > 0 ? migrations.applied : [`what release ${other} migrated`];
  });
  return [...new Set(named)];
}

/** A rollback to it counts for nothing here: it may have been forced across a migration that still stands. */
function othersSince(release: string, history: readonly HistoryRecord[]): HistoryRecord[] {
  const deployed = history.findLastIndex(
    (record) => record.release === release && record.outcome === "deployed",
  );
  return history.slice(deployed + 1).filter((record) => record.release !== release);
}

/** The release that serves and the one that served before it, as far as they were deployed with this. */
export function releasesInService(history: readonly HistoryRecord[]): string[] {
  const inOrder = history.filter(served).map(({ release }) => release);
  const serving = inOrder.at(-1);
  const before = inOrder.findLast((release) => release !== serving);
  return [serving, before].filter((release) => release !== undefined);
}
