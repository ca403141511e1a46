import { join } from "node:path";
import { asFailure, exitCodes, Failure } from "../../core/errors/index.ts";
import { type Journal, openJournal } from "../../core/journal/index.ts";
import { tellingOfTraffic } from "./as-before.ts";
import type { Course, JournalEntry } from "./course.ts";
import type { Deployment, Findings } from "./deployment.ts";
import { type Desk, storeOf } from "./desk.ts";
import { forgiving } from "./forgiving-journal.ts";
import { appendHistory, type HistoryRecord, type Outcome } from "./history.ts";
import { runSteps, type StepTime } from "./run-steps.ts";
import type { Step } from "./step.ts";

export interface Carried {
  course: Course;
  steps: readonly StepTime[];
  seconds: number;
  switchMs: number | undefined;
  connectionsLeft: number | undefined;
  migrations: HistoryRecord["migrations"];
  /** The backup that was made before anything changed. */
  backup: string | undefined;
}

/**
 * Carries a course out, from the journal's first record to its last, and leaves one record in the history.
 *
 * @param known what an earlier run, which this one goes on with, found out already.
 * @throws Failure as `runSteps` does; the journal and the history tell of it then, too. JOURNAL_NOT_WRITTEN with exit
 *   code 5 when all was done and only its end could not be written down.
 */
export async function carryOut(
  desk: Desk,
  course: Course,
  stepsToRun: readonly Step[],
  known: Findings = {},
): Promise<Carried> {
  const store = storeOf(desk.configuration);
  const started = performance.now();
  using journal = journalFor(desk, course);
  journal.append({ kind: "begun", course });
  desk.doing("begun", course.release);
  const deployment: Deployment = {
    ...desk,
    course,
    journal,
    releases: store.releases,
    diagnosisFolder: diagnosisFolder(desk, course),
    findings: { ...known },
  };
  const record = (outcome: Outcome, rest: Partial<HistoryRecord>): void => {
    const seconds = Math.round(performance.now() - started) / 1_000;
    const { migrations, backup, failedIn } = deployment.findings;
    const found = {
      ...(migrations && { migrations }),
      ...(backup !== undefined && { backup }),
      ...(failedIn && { step: failedIn }),
    };
    appendHistory(
      store.history,
      { ...historyOf(course, desk, outcome, seconds), ...found, ...rest },
      desk.redact,
    );
    journal.append({ kind: "ended", outcome });
  };
  let steps: StepTime[];
  try {
    steps = rounded(await runSteps(stepsToRun, deployment));
  } catch (thrown) {
    const failure = tellingOfTraffic(asFailure(thrown), course);
    writeEnd(desk, failure, course, record);
    throw failure;
  }
  try {
    record(servedOutcome(course), { steps });
  } catch (thrown) {
    throw unrecorded(`release ${course.release} serves from ${course.to}`, asFailure(thrown));
  }
  const { switchMs, connectionsLeft, migrations, backup } = deployment.findings;
  const seconds = (performance.now() - started) / 1_000;
  return { course, steps, seconds, switchMs, connectionsLeft, migrations, backup };
}

function journalFor({ configuration, redact, report }: Desk, course: Course): Journal<JournalEntry> {
  const file = join(storeOf(configuration).journals, `${course.run}.jsonl`);
  const open = () => openJournal<JournalEntry>(file, { redact });
  return course.command === "rollback" ? forgiving(open, report.warn) : open();
}

function servedOutcome({ command }: Course): Outcome {
  return command === "rollback" ? "rolled-back" : "deployed";
}

/** A failure that could not be put back is no end: its journal stays open for --abort. */
function writeEnd(
  desk: Desk,
  failure: Failure,
  course: Course,
  record: (outcome: Outcome, rest: Partial<HistoryRecord>) => void,
): void {
  if (failure.code === "UNDO_FAILED") return;
  try {
    record(outcomeOf(failure, course), { reason: failure.message, code: failure.code });
  } catch (thrown) {
    desk.report.warn(`the history cannot be written: ${asFailure(thrown).message}`);
  }
}

/** What came after the fact takes nothing from the release, which serves. */
function outcomeOf(failure: Failure, course: Course): Outcome {
  if (failure.exitCode === exitCodes.doneInPart) return servedOutcome(course);
  return failure.code === "INTERRUPTED" ? "interrupted" : "failed";
}

/** Nothing that was done is put back for want of a line in the history: the next run adds it. */
export function unrecorded(done: string, { code, message, why, remedy, details }: Failure): Failure {
  return new Failure(code, {
    message: `${done}, but that could not be written down: ${message}`,
    why,
    remedy: `${remedy}: the next run then brings this one to its end`,
    details,
    exitCode: exitCodes.doneInPart,
  });
}

/** The record of a run that ended now. */
export function historyOf(
  course: Course,
  desk: Pick<Desk, "logFile">,
  outcome: Outcome,
  seconds: number,
): HistoryRecord {
  return {
    run: course.run,
    command: course.command,
    at: new Date().toISOString(),
    outcome,
    release: course.release,
    environment: course.to,
    ...(course.serving === undefined ? {} : { previous: course.serving }),
    seconds,
    steps: [],
    ...(desk.logFile === undefined ? {} : { logFile: desk.logFile }),
  };
}

function diagnosisFolder(desk: Desk, course: Course): string {
  return desk.logFile === undefined
    ? desk.configuration.state("diagnoses", course.run)
    : desk.logFile.replace(/\.log$/, ".diagnosis");
}

function rounded(times: readonly StepTime[]): StepTime[] {
  return times.map((time) => ({ ...time, seconds: Math.round(time.seconds * 1_000) / 1_000 }));
}
