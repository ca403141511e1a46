import { Failure } from "../../../core/errors/index.ts";
import { openJournal } from "../../../core/journal/index.ts";
import type { Environment } from "../../../core/release/index.ts";
import type { Work } from "../../../platforms/index.ts";
import {
  failureIn,
  findUnfinished,
  type JournalEntry,
  type Unfinished,
  wasAborted,
  wasTakenBack,
} from "../course.ts";
import { type Desk, storeOf } from "../desk.ts";
import { forgiving } from "../forgiving-journal.ts";
import type { Outcome } from "../history.ts";
import { ledElsewhere } from "../led-elsewhere.ts";
import { answersWell, serves } from "../serves-well.ts";
import { patience } from "../traffic.ts";
import { clear, clearGivenUp } from "./clear.ts";
import { end, type Settled } from "./end.ts";
import { giveBack } from "./give-back.ts";

const settleDeadlineMs = 300_000;

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
  const isWellAborted = async () =>
    verdict === "abort" && failureIn(unfinished.records) === undefined && (await answersWell(desk, course));
  const elsewhere = await ledElsewhere(desk, course, active);
  if (elsewhere !== undefined) {
    const text = `release ${elsewhere} serves from ${course.to}, which this run did not put into service`;
    return end(desk, unfinished, failed ? takenBack : "aborted", text);
  }
  if (active !== course.to) {
    // An abort that was cut off itself may not have come so far as to ask.
    const outcome = failed && !(await isWellAborted()) ? takenBack : "aborted";
    const clears = verdict !== "leave" && (await wasStaged(desk, unfinished));
    const text = clears ? await clear(desk, unfinished, work) : "nothing was switched";
    return end(desk, unfinished, outcome, text);
  }
  if (verdict === "leave") return end(desk, unfinished, "failed", `release ${course.release} is given up`);
  if (verdict === "judge" && (await stays(desk, unfinished, failed))) {
    const outcome = course.command === "rollback" ? "rolled-back" : "deployed";
    return end(desk, unfinished, outcome, `release ${course.release} serves from ${course.to}, and stays`);
  }
  if (verdict === "judge" && !course.fromRuns) {
    // Nothing can be given the traffic back; a deployment that follows goes to where nothing ran, and replaces it.
    return end(desk, unfinished, "failed", `release ${course.release} stays: nothing ran before it`);
  }
  await giveBack(desk, unfinished, work);
  // Asked when the traffic is back already: nobody waits for what is only written down.
  const isWell = await isWellAborted();
  if (isWell) noteAborted(desk, unfinished);
  await clearGivenUp(desk, course, work);
  return end(desk, unfinished, isWell ? "aborted" : takenBack, `${course.from} serves again`);
}

/**
 * Whether a switch that was made is kept. Who went back wants to be away from the other release: nobody is led to it again
 * while the one gone to answers, whatever the proxy does with requests.
 */
async function stays(desk: Desk, { course }: Unfinished, failed: boolean): Promise<boolean> {
  if (course.command === "rollback") return answersWell(desk, course);
  return !failed && (await serves(desk, course.release));
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

function settleWork({ report, signal }: Desk): Work {
  return {
    signal,
    deadlineMs: settleDeadlineMs,
    note: (text) => report.note("settle", text),
    tool: report.tool,
  };
}
