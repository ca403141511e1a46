import { Failure } from "../../core/errors/index.ts";
import type { Environment } from "../../core/release/index.ts";
import { containersOf, type Failed, untilFailed, untilReady } from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";
import { untilAnswering } from "./probe.ts";
import type { Site } from "./site.ts";
import { commandOptions } from "./work.ts";

/**
 * Waits until every service of an environment is healthy by Docker's account, and those that have no health check answer
 * where they are configured to.
 *
 * @throws Failure SERVICE_CRASHED, SERVICE_UNHEALTHY, DEADLINE_EXCEEDED
 */
export async function untilAllReady(site: Site, environment: Environment, work: Work): Promise<void> {
  const services = site.members(environment).map(({ composeService }) => composeService);
  const { project } = site.values.environments[environment];
  const nameOf = namesIn(site, environment);
  const outcome = await untilReady(project, services, commandOptions(work), nameOf);
  if (outcome.state === "failed") throw notReady({ ...outcome, service: nameOf(outcome.service) });
  const unchecked = (await containersOf(project, commandOptions(work)))
    .filter(({ health, service }) => health === "none" && services.includes(service))
    .map(({ service }) => service);
  if (unchecked.length === 0) return;
  const ended = new AbortController();
  const asking = { ...work, signal: AbortSignal.any([work.signal, ended.signal]) };
  const dying = untilFailed(project, services, commandOptions(asking)).then((failed) => {
    throw notReady({ ...failed, service: nameOf(failed.service) });
  });
  try {
    await Promise.race([untilAnswering(site, environment, unchecked, asking), dying]);
  } finally {
    ended.abort();
    await dying.catch(() => {});
  }
}

/** Gives the name by which people know a Compose service of an environment. */
export function namesIn(site: Site, environment: Environment): (composeService: string) => string {
  const names = new Map(site.members(environment).map((member) => [member.composeService, member.name]));
  return (composeService) => names.get(composeService) ?? composeService;
}

/** That a service will not be ready any more, as a failure. */
function notReady(failed: Failed): Failure {
  return new Failure(failed.crashed ? "SERVICE_CRASHED" : "SERVICE_UNHEALTHY", {
    message: `${failed.service} ${failed.reason}`,
    remedy: "read its last lines in the diagnosis beside the log file",
    details: {
      service: failed.service,
      exitCode: failed.container?.exitCode,
      outOfMemory: failed.container?.outOfMemory,
    },
  });
}
