import { join } from "node:path";
import { asFailure, type Failure } from "../../core/errors/index.ts";
import { openJournal } from "../../core/journal/index.ts";
import type { Course, JournalEntry } from "./course.ts";
import type { Deployment } from "./deployment.ts";
import { type Desk, storeOf } from "./desk.ts";
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
}

/**
 * Carries a course out, from the journal's first record to its last, and leaves one record in the history.
 *
 * @throws Failure as `runSteps` does; the journal and the history tell of it then, too.
 */
export async function carryOut(desk: Desk, course: Course, steps: readonly Step[]): Promise<Carried> {
  const store = storeOf(desk.configuration);
  const started = performance.now();
  using journal = openJournal<JournalEntry>(join(store.journals, `${course.run}.jsonl`), {
    redact: desk.redact,
  });
  journal.append({ kind: "begun", course });
  desk.doing("begun", course.release);
  const deployment: Deployment = {
    ...desk,
    course,
    journal,
    releases: store.releases,
    diagnosisFolder: diagnosisFolder(desk, course),
    findings: {},
  };
  const record = (outcome: Outcome, rest: Partial<HistoryRecord>): void => {
    const seconds = Math.round(performance.now() - started) / 1_000;
    const { migrations } = deployment.findings;
    appendHistory(
      store.history,
      { ...historyOf(course, desk, outcome, seconds), ...(migrations && { migrations }), ...rest },
      desk.redact,
    );
    journal.append({ kind: "ended", outcome });
  };
  try {
    const times = await runSteps(steps, deployment);
    record(course.command === "rollback" ? "rolled-back" : "deployed", { steps: rounded(times) });
    const { switchMs, connectionsLeft, migrations } = deployment.findings;
    const seconds = (performance.now() - started) / 1_000;
    return { course, steps: rounded(times), seconds, switchMs, connectionsLeft, migrations };
  } catch (thrown) {
    const failure = asFailure(thrown);
    writeEnd(desk, failure, record);
    throw failure;
  }
}

/** A failure that could not be put back is no end: its journal stays open for --abort. */
function writeEnd(
  desk: Desk,
  failure: Failure,
  record: (outcome: Outcome, rest: Partial<HistoryRecord>) => void,
): void {
  if (failure.code === "UNDO_FAILED") return;
  const outcome =
    failure.code === "RETIRE_FAILED" ? "deployed" : failure.code === "INTERRUPTED" ? "interrupted" : "failed";
  try {
    record(outcome, { reason: failure.message, code: failure.code });
  } catch (thrown) {
    desk.report.warn(`the history cannot be written: ${asFailure(thrown).message}`);
  }
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
