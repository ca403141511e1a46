import { messageOf } from "../../../core/errors/index.ts";
import { type Environment, other } from "../../../core/release/index.ts";
import type { EnvironmentState } from "../../../platforms/index.ts";
import { directAddresses } from "../addresses.ts";
import type { Course } from "../course.ts";
import { crossesMigration } from "../crossing.ts";
import { type Desk, storeOf } from "../desk.ts";
import { badReleases, lastServedFrom, type RollbackTarget, readHistory, rollbackTarget } from "../history.ts";
import { lastWordsMs } from "../led-elsewhere.ts";
import { answeredRelease, prove } from "../proof.ts";
import { patience, type Traffic } from "../traffic.ts";
import { crossesUndeclared, noneCanStart, noTarget } from "./no-way-back.ts";
import { canBeStarted, type WayBack, wayBack } from "./way-back.ts";

/** Where a rollback leads, and what it finds there. */
export interface Way {
  release: string;
  serving: string | undefined;
  to: Environment;
  warm: boolean;
  /** The newest good release, where that cannot be started. */
  insteadOf?: string;
  occupant: Pick<Course, "occupant" | "occupantWarm">;
}

type Target = RollbackTarget & Pick<WayBack, "insteadOf">;

/**
 * Decides where a rollback leads.
 *
 * @throws Failure NO_ROLLBACK_TARGET, ROLLBACK_CROSSES_MIGRATION, IMAGE_MISSING where no good release can be started
 */
export async function wayFrom(desk: Desk, { active, proxy }: Traffic): Promise<Way> {
  const serving = await releaseServing(desk, active);
  const to = other(active);
  const newest = await newestTarget(desk, to, serving);
  refuseCrossing(newest, desk);
  // A proxy that does not run has to be started, which only the longer way does.
  if (proxy !== "down" && (await runs(desk, to, newest.release))) {
    const { release } = newest;
    return { release, serving, to, warm: true, occupant: { occupant: release, occupantWarm: true } };
  }
  const standing = (await desk.platform.environments(patience))[to];
  const target: Target = (await startableTarget(desk, serving, standing)) ?? newest;
  if (target.insteadOf !== undefined) {
    refuseCrossing(target, desk);
    desk.report.warn(goneInstead(target.insteadOf, target.release));
  }
  const occupant = standing.release === undefined ? {} : { occupant: standing.release };
  return {
    release: target.release,
    serving,
    to,
    warm: false,
    ...(target.insteadOf === undefined ? {} : { insteadOf: target.insteadOf }),
    occupant: { ...occupant, occupantWarm: standing.state === "ready" },
  };
}

/** Undefined where the history tells of no release at all. */
async function startableTarget(
  { configuration, platform, report }: Desk,
  serving: string | undefined,
  standing: EnvironmentState,
): Promise<WayBack | undefined> {
  const { history, releases } = storeOf(configuration);
  const back = await wayBack(readHistory(history), serving, async (release) => {
    try {
      return await canBeStarted(release, standing, releases, platform);
    } catch (thrown) {
      report.warn(`whether release ${release} can be started is not known: ${messageOf(thrown)}`);
      return undefined;
    }
  });
  if (back?.startable === false) throw noneCanStart(back.release);
  return back;
}

/**
 * Which release the active environment says it is, past the proxy; by its labels when it does not answer, and by the
 * history when nothing is left of it.
 */
async function releaseServing(desk: Desk, active: Environment): Promise<string | undefined> {
  const answered = await answeredRelease(desk.platform.direct(active), lastWordsMs);
  if (answered !== undefined) return answered;
  const labelled = (await desk.platform.environments(patience))[active].release;
  return labelled ?? lastServedFrom(active, readHistory(storeOf(desk.configuration).history));
}

async function runs(desk: Desk, environment: Environment, release: string): Promise<boolean> {
  const proofs = await prove(directAddresses(desk, environment, release), release);
  return proofs.length > 0 && proofs.every(({ ok }) => ok);
}

/** Where the history leads; where it tells of no release, with --force what stands in the other environment, if it is not bad. */
async function newestTarget(
  desk: Desk,
  to: Environment,
  serving: string | undefined,
): Promise<RollbackTarget> {
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

function refuseCrossing(target: Target, desk: Desk): void {
  const { release, breaking, insteadOf } = target;
  if (breaking.length === 0) return;
  if (desk.options.force) {
    const meets =
      insteadOf === undefined ? "which it cannot work with" : "which it may not be able to work with";
    desk.report.warn(`--force: release ${release} meets ${breaking.join(", ")}, ${meets}`);
    return;
  }
  throw insteadOf === undefined ? crossesMigration(release, breaking) : crossesUndeclared(target, insteadOf);
}

const goneInstead = (newest: string, older: string) =>
  `release ${newest}, the last good one, cannot be started, since images of it are gone: going back to release ${older}`;
