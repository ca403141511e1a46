import { idleFlag } from "../../core/cli/index.ts";
import { Failure } from "../../core/errors/index.ts";

const goesWith = { install: ["as", "dryRun"], show: [], remove: ["dryRun"], run: [], silent: [] } as const;

/**
 * Refuses what would change nothing: a flag of another action, and a job where the action is about all of them.
 *
 * @param given the flags that were typed, by their keys
 * @param job what was named behind the action
 * @throws Failure USAGE
 */
export function assertApplies(action: keyof typeof goesWith, given: object, job: string | undefined): void {
  const idle = idleFlag(action, given, goesWith);
  if (idle !== undefined) {
    throw new Failure("USAGE", {
      message: `${idle.flag} means nothing to ${action}`,
      remedy: `leave it out; it goes with ${idle.actions.join(", ")}`,
    });
  }
  if (job === undefined || action === "run" || action === "silent") return;
  throw new Failure("USAGE", {
    message: `${action} is about every job, and not ${JSON.stringify(job)} alone`,
    remedy: `./scripts/schedule.ts ${action}`,
  });
}
