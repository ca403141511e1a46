import type { Container } from "./containers.ts";

/** A container that keeps dying is given up after this many restarts. */
const restartLimit = 3;

/** A service that will not be ready any more. */
export interface Failed {
  state: "failed";
  service: string;
  container: Container | undefined;
  reason: string;
  /** It ended, or could not be started; otherwise it runs, and is unhealthy. */
  crashed: boolean;
}

export type Readiness = { state: "ready" } | { state: "waiting"; on: readonly string[] } | Failed;

/**
 * Whether every one of these Compose services has containers, all of which can work, by Docker's exact state words.
 * A container without a health check is ready when it runs; asking it is then the caller's part.
 */
export function readiness(services: readonly string[], containers: readonly Container[]): Readiness {
  const waiting: string[] = [];
  for (const service of services) {
    const replicas = containers.filter((candidate) => candidate.service === service);
    if (replicas.length === 0) {
      return { state: "failed", service, container: undefined, reason: "has no container", crashed: true };
    }
    for (const container of replicas) {
      const reason = failureOf(container);
      if (reason !== undefined) {
        return { state: "failed", service, container, reason, crashed: !isMerelyUnhealthy(container) };
      }
    }
    if (!replicas.every(isReady)) waiting.push(service);
  }
  return waiting.length === 0 ? { state: "ready" } : { state: "waiting", on: waiting };
}

/** Running, and healthy where it has a health check. */
export function isReady(container: Container): boolean {
  return container.status === "running" && (container.health === "healthy" || container.health === "none");
}

/** A container keeps the word "unhealthy" of its last probe when it dies. */
function isMerelyUnhealthy({ status, health, outOfMemory, restarts }: Container): boolean {
  return status === "running" && health === "unhealthy" && !outOfMemory && restarts < restartLimit;
}

function failureOf(container: Container): string | undefined {
  if (container.outOfMemory) return `was killed for want of memory (exit code ${container.exitCode})`;
  if (container.restarts >= restartLimit && !isStarting(container)) {
    return `died ${container.restarts} times${lastExit(container)}`;
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

/** It was restarted just now; if it dies again, Docker knows with what, and if it does not, its health will say so. */
function isStarting({ status, health }: Container): boolean {
  return status === "running" && health === "starting";
}

/** Docker forgets the exit code once the container runs again. */
function lastExit({ status, exitCode }: Container): string {
  return status === "running" ? "" : `, last with exit code ${exitCode}`;
}

function restartsByItself(container: Container): boolean {
  return (
    container.restartPolicy === "always" ||
    container.restartPolicy === "unless-stopped" ||
    (container.restartPolicy === "on-failure" && container.exitCode !== 0)
  );
}

/** What the newest look at its health said; nothing before the first. */
export function lastProbe(container: Container): string {
  const probe = container.probes.at(-1);
  if (probe === undefined) return "";
  const output = probe.Output.trim().split("\n").slice(-3).join(" ");
  return `: its health check exited ${probe.ExitCode}${output === "" ? "" : `, saying "${output}"`}`;
}
