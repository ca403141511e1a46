import { asFailure, exitCodes, Failure } from "../../core/errors/index.ts";
import { newRun } from "../../core/journal/index.ts";
import { type Environment, other } from "../../core/release/index.ts";
import { ahead } from "./ahead.ts";
import { type Carried, carryOut } from "./carry-out.ts";
import { type Course, type Unfinished, wasTakenBack } from "./course.ts";
import { type Desk, storeOf } from "./desk.ts";
import { untilFrontDoorProves } from "./front-door-proof.ts";
import { ledElsewhere } from "./led-elsewhere.ts";
import { answersWell, unfitToReturn } from "./serves-well.ts";
import { settle, unfinishedRun } from "./settle/settle.ts";
import { coldRollbackSteps, warmRollbackSteps } from "./steps/index.ts";
import { type Traffic, traffic } from "./traffic.ts";
import { type Way, wayFrom } from "./way-back/choose-way-back.ts";

export interface RolledBack extends Carried {
  /** Whether the other environment still ran, so that nothing had to be started. */
  warm: boolean;
}

/** Where a rollback would lead now. */
export interface RollbackPlan extends Pick<Way, "release" | "to" | "warm" | "insteadOf"> {
  /** What will happen, one sentence a line. */
  lines: readonly string[];
}

/**
 * Returns to the last release that served well. Where its environment still runs and proves it, that is the switch
 * alone, and neither Docker nor a registry is asked; otherwise it is started first, from what this host has.
 *
 * @throws Failure as `wayFrom` does.
 */
export async function quickRollback(desk: Desk): Promise<RolledBack> {
  const now = await trafficNow(desk);
  const left = unfinishedRun(desk);
  if (left !== undefined && (await settledTheWayBack(desk, left, now.active))) {
    if (left.course.command === "rollback") await provenAsMade(desk, left.course);
    return alreadyBack(desk, left.course);
  }
  const way = await wayFrom(desk, now);
  const { release, serving, to, warm, occupant } = way;
  const course: Course = {
    ...newCourse(desk),
    release,
    from: now.active,
    ...(serving === undefined ? {} : { serving }),
    to,
    ...occupant,
  };
  desk.report.say(described(way));
  return { ...(await carryOut(desk, course, warm ? warmRollbackSteps : coldRollbackSteps)), warm };
}

/**
 * What a rollback would do; changes nothing and needs no lock.
 *
 * @throws Failure as `wayFrom` does.
 */
export async function planRollback(desk: Desk): Promise<RollbackPlan> {
  const now = await trafficNow(desk);
  const way = await wayFrom(desk, now);
  const { release, serving, to, warm, insteadOf } = way;
  const serves = serving === undefined ? [] : [`${now.active} serves release ${serving}`];
  const lines = [...ahead(desk), ...serves, described(way)];
  return { release, to, warm, ...(insteadOf === undefined ? {} : { insteadOf }), lines };
}

const described = ({ release, to, warm }: Way) =>
  `back to release ${release} in ${to}, which ${warm ? "still runs" : "has to be started"}`;

async function trafficNow({ platform, report }: Desk): Promise<Traffic> {
  const now = await traffic(platform);
  if (now.proxy === "silent")
    report.warn(`the proxy gives no answer: going by its switch, which points to ${now.active}`);
  return now;
}

function newCourse(desk: Desk): Pick<Course, "run" | "command" | "startedAt" | "fromRuns" | "staging"> {
  const now = new Date();
  return {
    run: newRun(now, storeOf(desk.configuration).journals),
    command: "rollback",
    startedAt: now.toISOString(),
    fromRuns: true,
    staging: "as it is",
  };
}

/** Ends a run that was cut off; true when that alone made the last good release serve. */
async function settledTheWayBack(desk: Desk, left: Unfinished, active: Environment): Promise<boolean> {
  const { course, records } = left;
  const isRollback = course.command === "rollback";
  if (active === course.to && (await ledElsewhere(desk, course, active)) === undefined) {
    const canStay = isRollback
      ? await answersWell(desk, course)
      : (await unfitToReturn(desk, course)) === undefined;
    if (canStay) {
      await settle(desk, left, active, isRollback ? "judge" : "old");
      return true;
    }
    await settledAnyway(desk, left, active, "leave");
    return false;
  }
  if (active === course.from && !isRollback && wasTakenBack(records)) {
    await settle(desk, left, active, "old");
    return true;
  }
  // What a rollback had started already is wanted: it is not cleared away, only to be started again. A deployment that never
  // got traffic is not what is to be left: that is what served before it, and still does.
  await settledAnyway(desk, left, active, isRollback ? "leave" : "old");
  return false;
}

/** @throws Failure of the front door's proof, with exit code 5: the way back has been made. */
async function provenAsMade(desk: Desk, { release, to }: Course): Promise<void> {
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

function alreadyBack(desk: Desk, course: Course): RolledBack {
  const [to, release] =
    course.command === "rollback" ? [course.to, course.release] : [course.from, course.serving];
  desk.report.say(`release ${release ?? "before"} serves from ${to}`);
  const back: Course = {
    ...course,
    command: "rollback",
    from: other(to),
    to,
    ...(release === undefined ? {} : { release }),
  };
  return {
    course: back,
    steps: [],
    seconds: 0,
    switchMs: undefined,
    connectionsLeft: undefined,
    migrations: undefined,
    backup: undefined,
    warm: true,
  };
}
