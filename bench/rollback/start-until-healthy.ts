import { follow } from "../../sdk/core/process/index.ts";
import { docker } from "../../sdk/systems/docker/index.ts";

const deadlineMs = 60_000;

/** Milliseconds from `docker start` of these containers until Docker has told of each that it is healthy. */
export async function startUntilHealthy(containers: readonly string[], signal: AbortSignal): Promise<number> {
  // From before the start on, so that no event is missed.
  const since = (Date.now() / 1_000).toFixed(3);
  const started = performance.now();
  await docker(["start", ...containers], { deadlineMs, signal });
  const health = ["--filter", "type=container", "--filter", "event=health_status"];
  await using events = follow(["docker", "events", ...health, "--since", since, "--format", "{{json .}}"]);
  const until = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  until.addEventListener("abort", () => events.child.kill(), { once: true });
  const awaited = new Set(containers);
  for await (const line of events.lines) {
    awaited.delete(healthyContainer(line));
    if (awaited.size === 0) return performance.now() - started;
  }
  until.throwIfAborted();
  throw new Error(`Docker told no more, and ${[...awaited].join(", ")} were not healthy yet`);
}

/** The name of the container that an event calls healthy; nobody's name otherwise. */
function healthyContainer(line: string): string {
  const { Action, Actor } = JSON.parse(line) as { Action: string; Actor: { Attributes: { name: string } } };
  return Action === "health_status: healthy" ? Actor.Attributes.name : "";
}
