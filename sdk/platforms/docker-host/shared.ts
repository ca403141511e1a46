import { Failure } from "../../core/errors/index.ts";
import { compose, composeCommand, containersOf, untilReady } from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";
import type { Site } from "./site.ts";
import { untilServersTakeConnections } from "./take-connections.ts";
import { commandOptions } from "./work.ts";

/**
 * Starts what both environments use where it does not run; what runs is never replaced.
 *
 * @throws Failure SHARED_NOT_STARTED, which says nothing of the release; what Docker's commands throw.
 */
export async function startShared(site: Site, work: Work): Promise<void> {
  const { services, ...on } = site.shared;
  const running = await containersOf(on.project, commandOptions(work));
  const missing = services.filter(
    (name) => !running.some(({ service, status }) => service === name && status === "running"),
  );
  if (missing.length === 0) return;
  work.note(`starting ${missing.join(", ")}`);
  const completed = await compose(on, ["up", "--detach", "--no-recreate", ...missing], commandOptions(work));
  if (completed.exitCode !== 0) {
    throw notStarted({
      message: `the shared services ${missing.join(", ")} could not be started`,
      why: completed.stderr.trim().split("\n").slice(-4).join("\n"),
      remedy: "mend what is named; nothing was deployed",
    });
  }
  try {
    const outcome = await untilReady(on.project, missing, commandOptions(work));
    if (outcome.state === "failed") {
      const { service, reason } = outcome;
      const remedy = `read its last lines: ${composeCommand(on, ["logs", "--tail", "50", service])}`;
      throw notStarted({ message: `${service}, which both environments share, ${reason}`, remedy });
    }
    await untilServersTakeConnections(site, missing, work);
  } catch (thrown) {
    throw thrown instanceof Failure && thrown.code === "DEADLINE_EXCEEDED" ? notStarted(thrown) : thrown;
  }
}

function notStarted({ message, why, remedy }: { message: string; why?: string | undefined; remedy: string }) {
  return new Failure("SHARED_NOT_STARTED", { message, why, remedy });
}
