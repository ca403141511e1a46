import type { EnvironmentState, Platform } from "../../../platforms/index.ts";
import { type HistoryRecord, migrationsSince, type RollbackTarget, rollbackTargets } from "../history.ts";
import type { Releases } from "../releases.ts";

/** Where a rollback leads, by the history and by what can be started. */
export interface WayBack extends RollbackTarget {
  /** The newest good release, where that one cannot be started and this one, which is older, can. */
  insteadOf?: string;
  /** Whether there is what it would be started from; undefined where that could not be seen. */
  startable: boolean | undefined;
}

/** Further back nobody looks in an incident: where the images of so many are gone, those of older ones are. */
const mostLooks = 20;

/**
 * The newest good release that can be started; the newest of all where none can. Of a migration it is known whether the
 * release directly before it can live with it. Further back nobody has said so: there every one of them stands in the way.
 *
 * @param canStart undefined where it cannot be seen, which refuses nothing
 */
export async function wayBack(
  history: readonly HistoryRecord[],
  serving: string | undefined,
  canStart: (release: string) => Promise<boolean | undefined>,
): Promise<WayBack | undefined> {
  const [newest, ...older] = rollbackTargets(history, serving);
  if (newest === undefined) return undefined;
  const startable = await canStart(newest.release);
  if (startable !== false) return { ...newest, startable };
  for (const { release } of older.slice(0, mostLooks)) {
    if (!(await canStart(release))) continue;
    const breaking = migrationsSince(release, history);
    return { release, breaking, insteadOf: newest.release, startable: true };
  }
  return { ...newest, startable: false };
}

/**
 * Whether a release can be started in an environment: it stands there, or all that it was made of is on this host. One of
 * which it is not written down what that was cannot be made again.
 *
 * @throws Failure as the platform's `has` does.
 */
export async function canBeStarted(
  id: string,
  standing: Pick<EnvironmentState, "state"> & { release?: string | undefined },
  releases: Releases,
  platform: Pick<Platform, "has">,
): Promise<boolean> {
  if (standing.release === id && (standing.state === "ready" || standing.state === "stopped")) return true;
  const release = releases.find(id);
  return release !== undefined && (await platform.has(release));
}
