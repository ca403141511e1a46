import { Failure } from "../../core/errors/index.ts";
import { newRun } from "../../core/journal/index.ts";
import { type Environment, other } from "../../core/release/index.ts";
import { type Carried, carryOut } from "./carry-out.ts";
import { type Course, type Unfinished, wasTakenBack } from "./course.ts";
import { crossesMigration } from "./crossing.ts";
import { type Desk, storeOf } from "./desk.ts";
import { badReleases, lastServedFrom, type RollbackTarget, readHistory, rollbackTarget } from "./history.ts";
import { answeredRelease, prove } from "./proof.ts";
import { settle, unfinishedRun, unfitToReturn } from "./settle.ts";
import { coldRollbackSteps, warmRollbackSteps } from "./steps/index.ts";
import { patience, traffic } from "./traffic.ts";

export interface RolledBack extends Carried {
  /** Whether the other environment still ran, so that nothing had to be started. */
  warm: boolean;
}

/**
 * Returns to the last release that served well. Where its environment still runs and proves it, that is the switch
 * alone, and neither Docker nor a registry is asked; otherwise it is started first, from what this host has.
 *
 * @throws Failure NO_ROLLBACK_TARGET, ROLLBACK_CROSSES_MIGRATION
 */
export async function quickRollback(desk: Desk): Promise<RolledBack> {
  const { active, proxy } = await traffic(desk.platform);
  if (proxy === "silent")
    desk.report.warn(`the proxy gives no answer: going by its switch, which points to ${active}`);
  const left = unfinishedRun(desk);
  if (left !== undefined && (await settledTheWayBack(desk, left, active)))
    return alreadyBack(desk, left.course);
  const serving = await releaseServing(desk, active);
  const to = other(active);
  const target = await targetOf(desk, to, serving);
  refuseCrossing(target, desk);
  // A proxy that does not run has to be started, which only the longer way does.
  const warm = proxy !== "down" && (await runs(desk, to, target.release));
  const course: Course = {
    ...newCourse(desk),
    release: target.release,
    from: active,
    ...(serving === undefined ? {} : { serving }),
    to,
    ...(warm ? { occupant: target.release, occupantWarm: true } : await occupantOf(desk, to)),
  };
  const how = warm ? "still runs" : "has to be started";
  desk.report.say(`back to release ${target.release} in ${to}, which ${how}`);
  return { ...(await carryOut(desk, course, warm ? warmRollbackSteps : coldRollbackSteps)), warm };
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

/** What stands in the environment that the release is brought up in, so that a failure can put it back. */
async function occupantOf(desk: Desk, to: Environment): Promise<Pick<Course, "occupant" | "occupantWarm">> {
  const { release, state } = (await desk.platform.environments(patience))[to];
  return { ...(release === undefined ? {} : { occupant: release }), occupantWarm: state === "ready" };
}

/** Ends a run that was cut off; true when that alone made the last good release serve. */
async function settledTheWayBack(desk: Desk, left: Unfinished, active: Environment): Promise<boolean> {
  const { course } = left;
  if (course.command === "rollback") {
    // What it had started already is wanted: it is not cleared away, only to be started again.
    await settle(desk, left, active, active === course.to ? "judge" : "leave");
    return active === course.to;
  }
  if (active !== course.to) {
    await settle(desk, left, active, "old");
    // One that never got traffic is not what is to be left: that is what served before it, and still does.
    return wasTakenBack(left.records);
  }
  const cannotReturn = (await unfitToReturn(desk, course)) !== undefined;
  await settle(desk, left, active, cannotReturn ? "leave" : "old");
  return !cannotReturn;
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

/** How long an environment that may hang is given to say which release it is. */
const lastWordsMs = 1_000;

/**
 * Which release the active environment says it is, past the proxy; by its labels when it does not answer, and by the
 * history when nothing is left of it.
 */
async function releaseServing(desk: Desk, active: Environment): Promise<string | undefined> {
  const addresses = desk.platform.direct(active);
  const answered = await answeredRelease(
    addresses.map((address) => ({ ...address, timeoutMs: Math.min(address.timeoutMs, lastWordsMs) })),
  );
  if (answered !== undefined) return answered;
  const labelled = (await desk.platform.environments(patience))[active].release;
  return labelled ?? lastServedFrom(active, readHistory(storeOf(desk.configuration).history));
}

async function runs(desk: Desk, environment: Environment, release: string): Promise<boolean> {
  const proofs = await prove(desk.platform.direct(environment), release);
  return proofs.length > 0 && proofs.every(({ ok }) => ok);
}

/** Where the history leads; where it tells of no release, with --force what stands in the other environment, if it is not bad. */
async function targetOf(desk: Desk, to: Environment, serving: string | undefined): Promise<RollbackTarget> {
  const history = readHistory(storeOf(desk.configuration).history);
  const target = rollbackTarget(history, serving);
  if (target !== undefined) return target;
  const { release } = (await desk.platform.environments(patience))[to];
  if (release === undefined || release === serving || badReleases(history).has(release))
    throw noTarget(serving, "deploy a good release: ./scripts/deploy-production.ts --release ID");
  if (!desk.options.force) {
    const forced = `--quick-rollback --force goes to release ${release}, which stands in ${to}`;
    throw noTarget(serving, `if the history was lost, ${forced}`);
  }
  desk.report.warn(`--force: no history says that release ${release} has served well`);
  return { release, breaking: [] };
}

function refuseCrossing({ release, breaking }: RollbackTarget, desk: Desk): void {
  if (breaking.length === 0) return;
  if (desk.options.force) {
    desk.report.warn(`--force: release ${release} meets ${breaking.join(", ")}, which it cannot work with`);
    return;
  }
  throw crossesMigration(release, breaking);
}

function noTarget(serving: string | undefined, remedy: string): Failure {
  return new Failure("NO_ROLLBACK_TARGET", {
    message: "there is no release to go back to",
    why: `by the history, no other release has served well${serving === undefined ? "" : ` besides ${serving}`}, or each was marked bad since`,
    remedy: `${remedy}; ./scripts/status.ts lists what ran`,
  });
}
