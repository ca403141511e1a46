import type { Environment } from "../../core/release/index.ts";
import type { Course } from "./course.ts";
import type { Desk } from "./desk.ts";
import { answeredRelease } from "./proof.ts";

/** How long, in milliseconds, an environment that may hang is given to say which release it is. */
export const lastWordsMs = 1_000;

/**
 * The release that has the traffic in the environment that a run was going to, where that is another than the run's: the
 * run did not send the traffic there, and has nothing to take back. Undefined where it is the run's own, or none says so.
 */
export async function ledElsewhere(
  { platform }: Pick<Desk, "platform">,
  { release, to }: Course,
  active: Environment,
): Promise<string | undefined> {
  if (active !== to) return undefined;
  const answered = await answeredRelease(platform.direct(to), lastWordsMs);
  return answered === release ? undefined : answered;
}
