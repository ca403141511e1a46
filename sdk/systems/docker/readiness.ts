import type { Container } from "./containers.ts";

/** A container that keeps dying is given up after this many restarts. */
const restartLimit = 3;

export type Readiness =
  | { state: "ready" }
  | { state: "waiting"; on: readonly string[] }
  | { state: "failed"; service: string; container: Container | undefined; reason: string };

/**
 * Whether every one of these Compose services has a container that can work, by Docker's exact state words.
 * A container without a health check is ready when it runs; asking it is then the caller's part.
 */
export function readiness(services: readonly string[], containers: readonly Container[]): Readiness {
  const waiting: string[] = [];
  for (const service of services) {
    const container = containers.findLast((candidate) => candidate.service === service);
    if (container === undefined) {
      return { state: "failed", service, container, reason: "has no container" };
    }
    const reason = failureOf(container);
    if (reason !== undefined) return { state: "failed", service, container, reason };
    if (!isReady(container)) waiting.push(service);
  }
  return waiting.length === 0 ? { state: "ready" } : { state: "waiting", on: waiting };
}

/** Running, and healthy where it has a health check. */
export function isReady(container: Container): boolean {
  return container.status === "running" && (container.health === "healthy" || container.health === "none");
}

function failureOf(container: Container): string | undefined {
  if (container.outOfMemory) return `was killed for want of memory (exit code ${container.exitCode})`;
  if (container.restarts >= restartLimit) {
    return `died ${container.restarts} times, last with exit code ${container.exitCode}`;
  }
  switch (container.status) {
    case "exited":
    case "dead":
      return restartsByItself(container) ? undefined : `exited with code ${container.exitCode}`;
    case "created":
      return container.error === "" ? undefined : `could not be started: ${container.error}`;
    case "running":
      return container.health === "unhealthy" ? `is unhealthy${lastProbe(container)}` : undefined;
    case "paused":
    case "restarting":
    case "removing":
      return undefined;
  }
}

function restartsByItself(container: Container): boolean {
  return (
    container.restartPolicy === "always" ||
    container.restartPolicy === "unless-stopped" ||
    (container.restartPolicy === "on-failure" && container.exitCode !== 0)
  );
}

function lastProbe(container: Container): string {
  const probe = container.probes.at(-1);
  if (probe === undefined) return "";
  const output = probe.Output.trim().split("\n").slice(-3).join(" ");
  return `: its health check exited ${probe.ExitCode}${output === "" ? "" : `, saying "${output}"`}`;
}
