import { messageOf } from "../../core/errors/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { Work } from "../../platforms/index.ts";
import type { Desk } from "./desk.ts";

/** What is in flight to a release that has just lost the traffic ends by itself before anything stops there. */
export async function letFinish(
  { configuration, platform, report }: Pick<Desk, "configuration" | "platform" | "report">,
  environment: Environment,
  work: Work,
): Promise<void> {
  const deadlineMs = Math.min(configuration.drain.timeout, work.deadlineMs / 2);
  try {
    const left = await platform.drain(environment, { ...work, deadlineMs });
    if (left !== 0) report.warn(`${left ?? "perhaps some"} connections to ${environment} end now`);
  } catch (thrown) {
    // The traffic has been given back already, which this must not put in doubt.
    report.warn(`what is in flight to ${environment} cannot be seen: ${messageOf(thrown)}`);
  }
}
