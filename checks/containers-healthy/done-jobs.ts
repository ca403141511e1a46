import { type Container, composeLabels } from "../../sdk/systems/docker/index.ts";

/**
 * The services whose containers may have ended: what a job does. One is a job by what another service waits for
 * (`service_completed_successfully`), or by its own policy: `restart: "no"` and `on-failure` leave an end with 0 as it is.
 * A policy says less, since newer engines call it "no" where none was given: what is to be reached at a port or has a
 * health check is no job then, nor is a service that was named to be looked at. A project of which nothing runs was stopped.
 */
export function jobsOf(containers: readonly Container[], named: readonly string[]): ReadonlySet<string> {
  if (!containers.some(({ status }) => status === "running")) return new Set();
  const byPolicy = containers.filter(
    ({ service, restartPolicy, publishes, health }) =>
      ["no", "on-failure"].includes(restartPolicy) &&
      !publishes &&
      health === "none" &&
      !named.includes(service),
  );
  return new Set([...containers.flatMap(awaitedEnds), ...byPolicy.map(({ service }) => service)]);
}

/** Whether a container has done what it was made for. */
export function isDone(container: Container, jobs: ReadonlySet<string>): boolean {
  const { service, status, exitCode, error, outOfMemory } = container;
  return jobs.has(service) && status === "exited" && exitCode === 0 && error === "" && !outOfMemory;
}

/** Compose writes `migrate:service_completed_successfully:false,db:service_healthy:false`. */
function awaitedEnds({ labels }: Container): string[] {
  const waits = labels[composeLabels.dependsOn]?.split(",") ?? [];
  return waits.flatMap((wait) => {
    const [service = "", condition] = wait.split(":");
    return condition === "service_completed_successfully" ? [service] : [];
  });
}
