import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { Platform } from "../../platforms/index.ts";
import { assertReleaseId, lastServedFrom, readHistory, storeOf, unfinishedRun } from "../deploy/index.ts";

const patience = { patienceMs: 0, deadlineMs: 10_000 };

/**
 * The release that has to be in an environment: the one that a deployment under way is bringing there, or else the last
 * that served from it. Only where nothing is known of either, what its parts say they are: they would prove themselves.
 *
 * @param named the one that a person names, which wins
 * @throws Failure RELEASE_UNKNOWN when nothing tells; RELEASE_ID_INVALID for a name that is no release's.
 */
export async function expectedRelease(
  configuration: Configuration,
  platform: Platform,
  environment: Environment,
  named: string | undefined,
): Promise<string> {
  if (named !== undefined) {
    assertReleaseId(named);
    return named;
  }
  const course = unfinishedRun({ configuration })?.course;
  if (course?.to === environment) return course.release;
  const served = lastServedFrom(environment, readHistory(storeOf(configuration).history));
  if (served !== undefined) return served;
  const { release } = (await platform.environments(patience))[environment];
  if (release !== undefined) return release;
  throw new Failure("RELEASE_UNKNOWN", {
    message: `it is not known which release should be in ${environment}`,
    why: "no deployment has brought one there, and nothing there says which it is",
    remedy: "name it with --release",
  });
}
