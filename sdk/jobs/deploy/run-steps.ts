import { asFailure, exitCodes, Failure, messageOf } from "../../core/errors/index.ts";
import type { Work } from "../../platforms/index.ts";
import type { JournalEntry } from "./course.ts";
import type { Deployment } from "./deployment.ts";
import { diagnosed } from "./diagnosis.ts";
import type { Step } from "./step.ts";

export interface StepTime {
  step: string;
  outcome: string;
  seconds: number;
}

/** After its deadline a step gets this long to let go of what it holds. */
const graceMs = 15_000;

/** Putting a step back may take this long. */
const undoDeadlineMs = 300_000;

/**
 * Runs the steps in order, each written into the journal before it begins and after it ended. When one fails, it and
 * those before it are put back in reverse.
 *
 * @throws Failure of the step that failed, with exit code 1 when all was put back, 130 after an interruption,
 *   2 when a flag was missing, 5 when the step came after the fact, or says that what it did stays; UNDO_FAILED when something could not be put back.
 */
export async function runSteps(steps: readonly Step[], deployment: Deployment): Promise<StepTime[]> {
  const times: StepTime[] = [];
  const begun: Step[] = [];
  for (const step of steps) {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1_000;
    try {
      write(deployment, { kind: "step", step: step.name, phase: "starting" });
      begun.push(step);
      deployment.doing(step.name);
      deployment.report.begin(step.name);
      const result = await withinDeadline(step, deployment);
      const phase = result.outcome === "done" ? "done" : "skipped";
      write(deployment, { kind: "step", step: step.name, phase, detail: result.detail });
      deployment.report.end(step.name, result.outcome, seconds(), result.detail);
      times.push({ step: step.name, outcome: result.outcome, seconds: seconds() });
    } catch (thrown) {
      const failure = await diagnosed(asFailure(thrown), step, deployment);
      deployment.report.end(step.name, "failed", seconds(), failure.message);
      deployment.findings.failedIn = step.name;
      const { code, message: detail } = failure;
      noteDown(deployment, { kind: "step", step: step.name, phase: "failed", detail, code });
      throw step.afterTheFact || failure.exitCode === exitCodes.doneInPart
        ? withExitCode(failure, exitCodes.doneInPart)
        : await putBack(begun, failure, deployment);
    }
  }
  return times;
}

async function withinDeadline(step: Step, deployment: Deployment) {
  const deadlineMs = deployment.configuration.deadlines[step.name];
  const late = new AbortController();
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const endAt = performance.now() + deadlineMs;
  // What waits inside the step knows its own deadline, and says better what it waited for: it goes first.
  const soft = setTimeout(() => late.abort(), deadlineMs + 1_000);
  const hard = setTimeout(() => reject(overdue(step, deadlineMs)), deadlineMs + graceMs);
  const work: Work = {
    signal: AbortSignal.any([deployment.signal, late.signal]),
    get deadlineMs() {
      return Math.max(1, endAt - performance.now());
    },
    note: (text) => deployment.report.note(step.name, text),
    tool: deployment.report.tool,
  };
  try {
    work.signal.throwIfAborted();
    return await Promise.race([tooLate, step.run(deployment, work)]);
  } catch (thrown) {
    if (deployment.signal.aborted) throw interrupted(step, thrown);
    if (late.signal.aborted && !(thrown instanceof Failure && thrown.code !== "INTERRUPTED"))
      throw overdue(step, deadlineMs);
    throw thrown;
  } finally {
    clearTimeout(soft);
    clearTimeout(hard);
  }
}

function overdue(step: Step, deadlineMs: number): Failure {
  return new Failure("DEADLINE_EXCEEDED", {
    message: `the step ${step.name} did not end within its ${deadlineMs / 1_000} s`,
    remedy: `find out what it waited for in the log file, or raise deadlines.${step.name}`,
  });
}

function interrupted(step: Step, cause: unknown): Failure {
  return new Failure("INTERRUPTED", {
    message: `interrupted during ${step.name}`,
    remedy: "deploy again when you are ready",
    cause,
  });
}

/** Puts back the steps that had begun, the last one first. One that cannot be put back does not keep the others from it. */
async function putBack(begun: readonly Step[], failure: Failure, deployment: Deployment): Promise<Failure> {
  const problems: string[] = [];
  let changed = false;
  for (const step of begun.toReversed()) {
    if (step.undo === undefined) continue;
    changed = true;
    const started = performance.now();
    noteDown(deployment, { kind: "step", step: step.name, phase: "undoing" });
    try {
      const detail = await step.undo(deployment, undoWork(step, deployment));
      noteDown(deployment, { kind: "step", step: step.name, phase: "undone", detail });
      deployment.report.end(step.name, "undone", (performance.now() - started) / 1_000, detail);
    } catch (thrown) {
      problems.push(`${step.name}: ${messageOf(thrown)}`);
      deployment.report.warn(`${step.name} could not be put back: ${messageOf(thrown)}`);
    }
  }
  if (problems.length > 0) return notPutBack(failure, problems);
  // What only the command line was wrong about is not the release's failure, and Ctrl-C is none at all.
  const own = failure.exitCode === exitCodes.usage || failure.code === "INTERRUPTED" || !changed;
  return own ? failure : withExitCode(failure, exitCodes.failedAndPutBack);
}

function undoWork(step: Step, deployment: Deployment): Work {
  return {
    signal: AbortSignal.timeout(undoDeadlineMs),
    deadlineMs: undoDeadlineMs,
    note: (text) => deployment.report.note(`undo ${step.name}`, text),
    tool: deployment.report.tool,
  };
}

function notPutBack(failure: Failure, problems: readonly string[]): Failure {
  return new Failure("UNDO_FAILED", {
    message: `${failure.message}; and not everything could be put back`,
    why: [failure.why, ...problems].filter(Boolean).join("\n"),
    remedy:
      "mend what is named, then run ./scripts/deploy-production.ts --abort; ./scripts/status.ts shows what serves",
    details: { ...failure.details, first: failure.code, problems: [...problems] },
    cause: failure,
  });
}

export function withExitCode(failure: Failure, exitCode: Failure["exitCode"]): Failure {
  const { code, message, why, remedy, details } = failure;
  return new Failure(code, { message, why, remedy, details, cause: failure, exitCode });
}

/** Ahead of a change: what cannot be written down is not begun. */
function write(deployment: Deployment, entry: JournalEntry): void {
  deployment.journal.append(entry);
}

/** After the fact: putting back goes on, even when the disk is too full to say so. */
function noteDown(deployment: Deployment, entry: JournalEntry): void {
  try {
    deployment.journal.append(entry);
  } catch (thrown) {
    deployment.report.warn(`the journal cannot be written: ${messageOf(thrown)}`);
  }
}
