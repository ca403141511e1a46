import { asFailure } from "../../core/errors/index.ts";
import type { Platform } from "../../platforms/index.ts";
import { canBeStarted, type HistoryRecord, type Releases, wayBack } from "../deploy/index.ts";
import { isInstant, servingOf } from "./rollback-status.ts";
import type { Status } from "./status.ts";

/**
 * Adds whether there is what a rollback would start from; where there is not, it leads, as a rollback itself does, to an
 * older release that can be started. Nothing is asked where that is known already, or nobody answers.
 */
export async function withStartable(
  status: Status,
  history: readonly HistoryRecord[],
  releases: Releases,
  platform: Pick<Platform, "has">,
): Promise<Status> {
  const { rollback, unseen } = status;
  if (rollback?.environment === undefined) return status;
  const { environment } = rollback;
  const idle = status.environments[environment];
  if (idle.state === "unknown") return status;
  const standing = { state: idle.state, release: idle.release };
  if (rollback.instant) return { ...status, rollback: { ...rollback, startable: true } };
  try {
    const back = await wayBack(history, servingOf(status, history), (release) =>
      canBeStarted(release, standing, releases, platform),
    );
    if (back === undefined) return status;
    const { startable, ...way } = back;
    const seen = startable === undefined ? {} : { startable };
    return { ...status, rollback: { ...way, environment, instant: isInstant(way.release, idle), ...seen } };
  } catch (thrown) {
    const { code, message, remedy } = asFailure(thrown);
    return { ...status, unseen: [...unseen, { what: "the images of the rollback", code, message, remedy }] };
  }
}
