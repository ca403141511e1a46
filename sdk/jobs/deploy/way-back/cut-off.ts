import { asFailure, exitCodes, Failure } from "../../../core/errors/index.ts";
import type { Environment } from "../../../core/release/index.ts";
import { type Course, type Unfinished, wasTakenBack } from "../course.ts";
import type { Desk } from "../desk.ts";
import { untilFrontDoorProves } from "../front-door-proof.ts";
import { ledElsewhere } from "../led-elsewhere.ts";
import { answersWell, unfitToReturn } from "../serves-well.ts";
import { settle } from "../settle/settle.ts";

/** Ends a run that was cut off; true when that alone made the last good release serve. */
export async function settledTheWayBack(desk: Desk, left: Unfinished, active: Environment): Promise<boolean> {
  const { verdict, isBack } = await endOf(desk, left, active);
  if (isBack) await settle(desk, left, active, verdict);
  else await settledAnyway(desk, left, active, verdict);
  return isBack;
}

interface EndOfRun {
  verdict: "judge" | "old" | "leave";
  /** Whether that alone makes the last good release serve. */
  isBack: boolean;
}

/** How a run that was cut off is to be ended by a rollback. */
export async function endOf(
  desk: Desk,
  { course, records }: Unfinished,
  active: Environment,
): Promise<EndOfRun> {
  const isRollback = course.command === "rollback";
  if (active === course.to && (await ledElsewhere(desk, course, active)) === undefined) {
    if (isRollback && (await answersWell(desk, course))) return { verdict: "judge", isBack: true };
    if (!isRollback && (await unfitToReturn(desk, course)) === undefined)
      return { verdict: "old", isBack: true };
    return { verdict: "leave", isBack: false };
  }
  if (active === course.from && !isRollback && wasTakenBack(records)) return { verdict: "old", isBack: true };
  // What a rollback had started already is wanted: it is not cleared away, only to be started again. A deployment that never
  // got traffic is not what is to be left: that is what served before it, and still does.
  return { verdict: isRollback ? "leave" : "old", isBack: false };
}

/** The good release of a run that is ended so, and where it serves. */
export function whereBack({ command, from, serving, to, release }: Course): {
  to: Environment;
  release: string | undefined;
} {
  return command === "rollback" ? { to, release } : { to: from, release: serving };
}

/** @throws Failure of the front door's proof, with exit code 5: the way back has been made. */
export async function provenAsMade(desk: Desk, { release, to }: Course): Promise<void> {
  const { configuration, report, signal } = desk;
  const deadlineMs = configuration.deadlines.switch;
  const note = (text: string) => report.note("switch", text);
  try {
    await untilFrontDoorProves(desk, to, release, { signal, deadlineMs, note, tool: report.tool });
  } catch (thrown) {
    const { code, message, why, remedy, details } = asFailure(thrown);
    throw new Failure(code, {
      message: `the traffic goes to ${to}, where release ${release} runs, but the front door does not prove it: ${message}`,
      why,
      remedy: `${remedy}; then look with ./scripts/status.ts`,
      details,
      cause: thrown,
      exitCode: exitCodes.doneInPart,
    });
  }
}

/** In an incident nobody is kept from the way back by what cannot be written down of an earlier run. */
async function settledAnyway(...settlement: Parameters<typeof settle>): Promise<void> {
  try {
    await settle(...settlement);
  } catch (thrown) {
    if (!(thrown instanceof Failure && thrown.code === "JOURNAL_NOT_WRITTEN")) throw thrown;
    const [{ report }] = settlement;
    report.warn(thrown.message);
  }
}
