import { asFailure, exitCodes, Failure } from "../../core/errors/index.ts";
import { newRun } from "../../core/journal/index.ts";
import type { Observation } from "../../platforms/index.ts";
import { adopt, knownByAnswer } from "./adopt.ts";
import { ahead } from "./ahead.ts";
import { assertWhole } from "./assert-whole.ts";
import { type Carried, carryOut } from "./carry-out.ts";
import { type Course, foundBy, type Unfinished } from "./course.ts";
import { type Desk, storeOf } from "./desk.ts";
import { readHistory } from "./history.ts";
import { type Plan, planDeployment } from "./plan.ts";
import { assertReleaseId } from "./release-id.ts";
import { quickRollback, type RolledBack } from "./rollback.ts";
import { withExitCode } from "./run-steps.ts";
import type { Settled } from "./settle/end.ts";
import { settle, unfinishedRun } from "./settle/settle.ts";
import { sourceRevision } from "./source.ts";
import { deploymentSteps } from "./steps/index.ts";
import { traffic } from "./traffic.ts";
import { provenAsMade } from "./way-back/cut-off.ts";

/**
 * What a deployment would do; changes nothing and needs no lock.
 *
 * @throws Failure as the platform's `assertUsable` and `planDeployment` do.
 */
export async function planOnly(desk: Desk, releaseId: string | undefined): Promise<Plan> {
  if (releaseId !== undefined) assertReleaseId(releaseId);
  return withinPlanDeadline(desk, async () => {
    await desk.platform.assertUsable(desk.share);
    const observation = await desk.platform.observe();
    const { course, lines } = await plan(
      desk,
      observation,
      await knownByAnswer(desk, observation),
      releaseId,
    );
    return { course, lines: [...ahead(desk), ...lines] };
  });
}

/**
 * Deploys a release into the idle environment and switches to it. What a killed run left is brought to an end first.
 * The caller holds the lock.
 *
 * @throws Failure; the old release serves then, unless the code says otherwise.
 */
export async function deploy(desk: Desk, releaseId: string | undefined): Promise<Carried> {
  // Before what a killed run left is touched.
  if (releaseId !== undefined) assertReleaseId(releaseId);
  await withinPlanDeadline(desk, () => desk.platform.assertUsable(desk.share));
  const left = unfinishedRun(desk);
  if (left !== undefined) await settleFirst(desk, left);
  const { course, lines } = await withinPlanDeadline(desk, async () => {
    const observation = await desk.platform.observe();
    const run = newRun(new Date(), storeOf(desk.configuration).journals);
    const found = (await knownByAnswer(desk, observation)) ?? (await adopt(desk, observation, run));
    return plan(desk, observation, found, releaseId);
  });
  for (const line of lines) desk.report.say(line);
  return carryOut(desk, course, deploymentSteps);
}

/** What of an earlier run was done in part is no part of this deployment, of which nothing was done. */
async function settleFirst(desk: Desk, left: Unfinished): Promise<void> {
  try {
    await settle(desk, left, (await desk.platform.observe()).active, "judge");
  } catch (thrown) {
    const failure = asFailure(thrown);
    throw failure.exitCode === exitCodes.doneInPart
      ? withExitCode(failure, exitCodes.failedAndPutBack)
      : failure;
  }
}

async function plan(
  desk: Desk,
  observation: Observation,
  found: string | undefined,
  releaseId: string | undefined,
): Promise<Plan> {
  const store = storeOf(desk.configuration);
  const source = await sourceRevision(desk.configuration.root);
  const now = new Date();
  return planDeployment({
    configuration: desk.configuration,
    observation,
    found,
    history: readHistory(store.history),
    releases: store.releases,
    releaseId,
    force: desk.options.force,
    backup: desk.options.skipBackup ? "skipped" : await desk.backups.holds(),
    source,
    run: newRun(now, store.journals),
    now,
  });
}

/** Nothing has changed yet, so nobody who interrupts it has to wait for what is being asked. */
async function withinPlanDeadline<T>({ configuration, signal }: Desk, plan: () => Promise<T>): Promise<T> {
  const deadlineMs = configuration.deadlines.plan;
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(planOverdue(deadlineMs)), deadlineMs);
  const interrupt = () => reject(planInterrupted());
  signal.addEventListener("abort", interrupt, { once: true });
  if (signal.aborted) interrupt();
  try {
    return await Promise.race([tooLate, plan()]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupt);
  }
}

function planInterrupted(): Failure {
  return new Failure("INTERRUPTED", {
    message: "interrupted before anything was changed",
    remedy: "deploy again when you are ready",
  });
}

function planOverdue(deadlineMs: number): Failure {
  return new Failure("DEADLINE_EXCEEDED", {
    message: `looking at what stands took longer than ${deadlineMs / 1_000} s`,
    remedy: "see whether Docker answers: docker ps; or raise deadlines.plan",
    exitCode: exitCodes.personNeeded,
  });
}

/**
 * Goes on with a run that was cut off: the same release, into the same environment. What is done already is found done.
 *
 * @throws Failure NOTHING_TO_RESUME, IMAGE_MISSING
 */
export async function resume(desk: Desk): Promise<Carried | RolledBack | Settled> {
  await desk.platform.assertUsable(desk.share);
  const left = unfinishedRun(desk) ?? nothingUnfinished("resume");
  const observation = await desk.platform.observe();
  const switched = observation.active === left.course.to;
  const isRollback = left.course.command === "rollback";
  // A rollback is so short that it is simply made again; a switch that was made is judged, not repeated.
  if (isRollback && !switched) return quickRollback(desk);
  const { state, release } = observation.environments[left.course.to];
  if (isRollback || (switched && (state !== "ready" || release !== left.course.release))) {
    const settled = await settle(desk, left, observation.active, "judge");
    if (settled.outcome === "rolled-back") await provenAsMade(desk, left.course);
    return settled;
  }
  const { configuration } = desk;
  const made = storeOf(configuration).releases.find(left.course.release);
  if (made !== undefined && !switched) assertWhole(made, configuration, "run --abort, and deploy again");
  desk.report.say(
    `going on with release ${left.course.release}, cut off in ${left.lastStep ?? "its beginning"}`,
  );
  const now = new Date();
  const course: Course = {
    ...left.course,
    staging: "as it is",
    run: newRun(now, storeOf(configuration).journals),
    startedAt: now.toISOString(),
  };
  return carryOut(desk, course, deploymentSteps, foundBy(left.records));
}

/**
 * Takes back a run that was cut off: the release that served before it serves. A release that has had the traffic, and
 * serves well, is not bad for it.
 *
 * @throws Failure NOTHING_TO_RESUME, UNFINISHED_DEPLOYMENT
 */
export async function abort(desk: Desk): Promise<Settled> {
  const left = unfinishedRun(desk) ?? nothingUnfinished("abort");
  return settle(desk, left, (await traffic(desk.platform)).active, "abort");
}

function nothingUnfinished(verb: string): never {
  throw new Failure("NOTHING_TO_RESUME", {
    message: `there is no unfinished run to ${verb}`,
    why: "no run was cut off: each that began has written its end",
    remedy: "look with ./scripts/status.ts; deploy with ./scripts/deploy-production.ts",
  });
}
