import { asFailure } from "../../core/errors/index.ts";
import type { Platform } from "../../platforms/index.ts";
import type { Releases } from "../deploy/index.ts";
import type { RollbackStatus, Status } from "./status.ts";

/** Adds whether there is what a rollback would start from. Nothing is asked where that is known already, or nobody answers. */
export async function withStartable(
  status: Status,
  releases: Releases,
  platform: Pick<Platform, "has">,
): Promise<Status> {
  const { rollback, unseen } = status;
  const idle = rollback?.environment && status.environments[rollback.environment];
  if (rollback === undefined || idle === undefined || idle.state === "unknown") return status;
  const stands = idle.release === rollback.release && (idle.state === "ready" || idle.state === "stopped");
  try {
    const startable = stands || (await hasImages(rollback, releases, platform));
    return { ...status, rollback: { ...rollback, startable } };
  } catch (thrown) {
    const { code, message, remedy } = asFailure(thrown);
    return { ...status, unseen: [...unseen, { what: "the images of the rollback", code, message, remedy }] };
  }
}

/** A release of which it is not written down what it was made of cannot be made again. */
async function hasImages(
  { release: id }: RollbackStatus,
  releases: Releases,
  platform: Pick<Platform, "has">,
): Promise<boolean> {
  const release = releases.find(id);
  return release !== undefined && platform.has(release);
}
