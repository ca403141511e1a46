import { newRun } from "../../core/journal/index.ts";
import { readLockHolder } from "../../core/lock/index.ts";
import { other } from "../../core/release/index.ts";
import { ahead } from "./ahead.ts";
import { type Carried, carryOut } from "./carry-out.ts";
import type { Course } from "./course.ts";
import { type Desk, storeOf } from "./desk.ts";
import { unfinishedRun } from "./settle/settle.ts";
import { coldRollbackSteps, warmRollbackSteps } from "./steps/index.ts";
import { type Traffic, traffic } from "./traffic.ts";
import { type Way, wayFrom } from "./way-back/choose-way-back.ts";
import { endOf, provenAsMade, settledTheWayBack, whereBack } from "./way-back/cut-off.ts";

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
  const isAlone = readLockHolder(desk.configuration.state("lock")) === undefined;
  const left = isAlone ? unfinishedRun(desk) : undefined;
  const back = left && (await endOf(desk, left, now.active)).isBack ? whereBack(left.course) : undefined;
  if (back?.release !== undefined && back.to === now.active) {
    const { to, release } = back;
    return {
      to,
      release,
      warm: true,
      lines: [...ahead(desk), `release ${release} serves from ${to}, and stays`],
    };
  }
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

function alreadyBack(desk: Desk, course: Course): RolledBack {
  const { to, release } = whereBack(course);
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
