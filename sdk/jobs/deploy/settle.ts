import { asFailure, exitCodes, Failure } from "../../core/errors/index.ts";
import { openJournal } from "../../core/journal/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { Work } from "../../platforms/index.ts";
import { historyOf, unrecorded } from "./carry-out.ts";
import {
  type Course,
  failureIn,
  findUnfinished,
  foundBy,
  type JournalEntry,
  migrationsOf,
  type Unfinished,
  wasAborted,
  wasTakenBack,
} from "./course.ts";
import { crossesMigration } from "./crossing.ts";
import type { Deployment } from "./deployment.ts";
import { type Desk, storeOf } from "./desk.ts";
import { forgiving } from "./forgiving-journal.ts";
import { untilFrontDoorProves } from "./front-door-proof.ts";
import { appendHistory, type Outcome, readHistory } from "./history.ts";
import { ledElsewhere } from "./led-elsewhere.ts";
import { letFinish } from "./let-finish.ts";
import { proveWithPatience } from "./proof.ts";
import { stage } from "./steps/stage.ts";
import { patience } from "./traffic.ts";

const settleDeadlineMs = 300_000;

export interface Settled {
  run: string;
  release: string;
  outcome: Outcome;
  text: string;
}

/**
 * Brings what a killed run left behind into a defined state, from what is observed: a switch that was made is kept when
 * the new release serves well, and put back when it does not; what was staged without a switch is cleared away.
 *
 * @param active where the traffic goes now
 * @param verdict what becomes of a switch that was made: "judge" keeps a release that serves well; "old" puts the one
 *   before back all the same, and gives up the one that serves; "abort" puts it back, too, and says nothing against one
 *   that serves well; "leave" changes nothing, for a caller who then leads elsewhere.
 * @throws Failure UNFINISHED_DEPLOYMENT when neither release serves well, ROLLBACK_CROSSES_MIGRATION, INTERRUPTED;
 *   JOURNAL_NOT_WRITTEN with exit code 5 when all was done and only the end could not be written down
 */
export async function settle(
  desk: Desk,
  unfinished: Unfinished,
  active: Environment,
  verdict: Verdict,
): Promise<Settled> {
  try {
    return await broughtToAnEnd(desk, unfinished, active, verdict);
  } catch (thrown) {
    throw desk.signal.aborted ? interrupted(unfinished, thrown) : thrown;
  }
}

type Verdict = "judge" | "old" | "abort" | "leave";

/** Nothing of a settlement is put back: it is what puts things back. */
function interrupted({ course }: Unfinished, cause: unknown): Failure {
  return new Failure("INTERRUPTED", {
    message: `interrupted while run ${course.run} was brought to an end, which is still to be done`,
    remedy: "run the script again: it goes on from what it finds; ./scripts/status.ts shows what serves",
    cause,
  });
}

async function broughtToAnEnd(
  desk: Desk,
  unfinished: Unfinished,
  active: Environment,
  verdict: Verdict,
): Promise<Settled> {
  const { course } = unfinished;
  const work = settleWork(desk);
  desk.report.say(
    `run ${course.run} was cut off in ${unfinished.lastStep ?? "its beginning"}; bringing it to an end`,
  );
  const failed = failureIn(unfinished.records) !== undefined || wasTakenBack(unfinished.records);
  const takenBack = takenBackAs(unfinished);
  const elsewhere = await ledElsewhere(desk, course, active);
  if (elsewhere !== undefined) {
    const text = `release ${elsewhere} serves from ${course.to}, which this run did not put into service`;
    return end(desk, unfinished, failed ? takenBack : "aborted", text);
  }
  if (active !== course.to) {
    const clears = verdict !== "leave" && (await wasStaged(desk, unfinished));
    const text = clears ? await clear(desk, unfinished, work) : "nothing was switched";
    return end(desk, unfinished, failed ? takenBack : "aborted", text);
  }
  if (verdict === "leave") return end(desk, unfinished, "failed", `release ${course.release} is given up`);
  if (verdict === "judge" && !failed && (await serves(desk, course.release))) {
    const outcome = course.command === "rollback" ? "rolled-back" : "deployed";
    return end(desk, unfinished, outcome, `release ${course.release} serves from ${course.to}, and stays`);
  }
  if (verdict === "judge" && !course.fromRuns) {
    // Nothing can be given the traffic back; a deployment that follows goes to where nothing ran, and replaces it.
    return end(desk, unfinished, "failed", `release ${course.release} stays: nothing ran before it`);
  }
  await flipBack(desk, unfinished, work);
  // Asked when the traffic is back already: nobody waits for what is only written down.
  const isWell = verdict === "abort" && !failed && (await answersWell(desk, course));
  if (isWell) noteAborted(desk, unfinished);
  await clearGivenUp(desk, course, work);
  return end(desk, unfinished, isWell ? "aborted" : takenBack, `${course.from} serves again`);
}

function takenBackAs({ records }: Unfinished): Outcome {
  if (wasAborted(records)) return "aborted";
  return failureIn(records)?.code === "INTERRUPTED" ? "interrupted" : "failed";
}

/** Whoever ends this settlement, should it be cut off, knows what is found out now no more. */
function noteAborted({ report }: Desk, { file }: Unfinished): void {
  using journal = forgiving(() => openJournal<JournalEntry>(file), report.warn);
  journal.append({ kind: "aborted" });
}

/** Whether the release that the run was about answers where it was brought up, past the proxy. */
export async function answersWell({ platform, signal }: Desk, { to, release }: Course): Promise<boolean> {
  const proofs = await proveWithPatience(platform.direct(to), release, signal);
  return proofs.length > 0 && proofs.every(({ ok }) => ok);
}

/**
 * Whether the run came so far as to touch its environment: by its own journal, or, when it went on with an earlier run,
 * by what stands there. What it never touched is not cleared away.
 */
async function wasStaged({ platform }: Desk, { course, records }: Unfinished): Promise<boolean> {
  if (records.some((record) => record.kind === "step" && record.step === "stage")) return true;
  const environments = await platform.environments(patience);
  const stands = environments[course.to].services.some(({ release }) => release === course.release);
  return stands && course.occupant !== course.release;
}

/** The newest run that was cut off. */
export function unfinishedRun(desk: Pick<Desk, "configuration">): Unfinished | undefined {
  return findUnfinished(storeOf(desk.configuration).journals);
}

async function serves(desk: Desk, release: string): Promise<boolean> {
  const proofs = await proveWithPatience(desk.platform.frontDoor(), release, desk.signal);
  return proofs.length > 0 && proofs.every(({ ok }) => ok);
}

/** What speaks against giving the traffic back to the environment that had it; undefined when it runs well. */
export async function unfitToReturn(
  desk: Desk,
  { from, fromRuns, serving }: Course,
): Promise<string | undefined> {
  if (!fromRuns) return `nothing ran in ${from}`;
  const proofs = await proveWithPatience(desk.platform.direct(from), serving, desk.signal);
  return proofs.find(({ ok }) => !ok)?.summary;
}

async function flipBack(desk: Desk, { course, file, records }: Unfinished, work: Work): Promise<void> {
  const breaking = migrationsOf(records)?.breaking ?? [];
  if (breaking.length > 0 && !desk.options.force)
    throw crossesMigration(course.serving ?? `in ${course.from}`, breaking);
  const unfit = await unfitToReturn(desk, course);
  if (unfit !== undefined) {
    throw new Failure("UNFINISHED_DEPLOYMENT", {
      message: `release ${course.release} got the traffic and ${course.from} does not run well enough to take it back`,
      why: unfit,
      remedy: course.fromRuns
        ? "run ./scripts/deploy-production.ts --quick-rollback, which starts the last good release"
        : "deploy a release that works: ./scripts/deploy-production.ts",
      details: { run: course.run },
    });
  }
  using journal = forgiving(() => openJournal<JournalEntry>(file), desk.report.warn);
  journal.append({ kind: "step", step: "switch", phase: "undoing" });
  await desk.platform.switchTo(course.from);
  const { deadlines } = desk.configuration;
  await untilFrontDoorProves(desk.platform, course.from, course.serving, work, {
    limitMs: deadlines.switch,
  });
  await letFinish(desk, course.to, work);
}

async function clearGivenUp(desk: Desk, course: Course, work: Work): Promise<void> {
  try {
    await clear(desk, { course }, work);
  } catch (thrown) {
    throw notCleared(course, asFailure(thrown));
  }
}

/** The traffic goes where it should by then, which is what somebody in an incident wants to know first. */
function notCleared({ from, to }: Course, { code, message, why, remedy, details, cause }: Failure): Failure {
  return new Failure(code, {
    message: `${from} serves again, but ${to} could not be cleared away: ${message}`,
    why,
    remedy: `${remedy}; then ./scripts/deploy-production.ts --abort clears it away`,
    details,
    cause,
    exitCode: exitCodes.doneInPart,
  });
}

/** The undoing of `stage`, which is the same whether its own run or a later one does it. */
async function clear(desk: Desk, { course }: Pick<Unfinished, "course">, work: Work): Promise<string> {
  const file = `${storeOf(desk.configuration).journals}/${course.run}.jsonl`;
  const open = () => openJournal<JournalEntry>(file, { redact: desk.redact });
  using journal = forgiving(open, desk.report.warn);
  const deployment: Deployment = {
    ...desk,
    course,
    journal,
    releases: storeOf(desk.configuration).releases,
    diagnosisFolder: desk.configuration.state("diagnoses", course.run),
    findings: {},
  };
  return (await stage.undo?.(deployment, work)) ?? "";
}

function end(desk: Desk, unfinished: Unfinished, outcome: Outcome, text: string): Settled {
  const { run, release } = unfinished.course;
  try {
    writeEnd(desk, unfinished, outcome);
  } catch (thrown) {
    throw unrecorded(`run ${run}: ${text}`, asFailure(thrown));
  }
  desk.report.say(`run ${run}: ${outcome}; ${text}`);
  return { run, release, outcome, text };
}

function writeEnd(desk: Desk, { course, file, records }: Unfinished, outcome: Outcome): void {
  const { history } = storeOf(desk.configuration);
  // Cut off between the history's record and the journal's end, it is in the history already.
  if (readHistory(history).at(-1)?.run !== course.run) {
    const seconds = (Date.now() - Date.parse(course.startedAt)) / 1_000;
    const record = { ...historyOf(course, desk, outcome, seconds), ...foundBy(records) };
    appendHistory(history, { ...record, reason: "cut off", ...failureIn(records) }, desk.redact);
  }
  using journal = openJournal<JournalEntry>(file, { redact: desk.redact });
  journal.append({ kind: "ended", outcome });
}

function settleWork({ report, signal }: Desk): Work {
  return {
    signal,
    deadlineMs: settleDeadlineMs,
    note: (text) => report.note("settle", text),
    tool: report.tool,
  };
}
