import type { Container } from "../../sdk/systems/docker/index.ts";

/** A container, and what it does not say of itself. */
export interface Counted extends Container {
  /** Whether it was a job, and has ended well. */
  done: boolean;
  /** How many of its processes the kernel has killed for want of memory since it was started. */
  memoryKills: number;
}

export interface Troubles {
  faults: string[];
  /** What happened before anybody watched, and has not happened again. */
  doubts: string[];
}

/**
 * What is wrong with a container.
 *
 * @param before all of them when the watch began; undefined where nobody watched, so that whatever has happened counts
 */
export function troublesOf(container: Counted, before: readonly Counted[] | undefined): Troubles {
  if (container.done) return { faults: [], doubts: [] };
  const { name, status, health, outOfMemory, exitCode, error } = container;
  const ended = status === "running" ? "" : `, exit code ${exitCode}${error === "" ? "" : `, ${error}`}`;
  const now = [
    status === "running" ? "" : `${name} is ${status}${ended}`,
    status === "running" && health !== "healthy" && health !== "none" ? `${name} is ${health}` : "",
    outOfMemory ? `${name} ran out of memory` : "",
  ];
  const past = pastOf(container);
  const earlier = before?.find(({ id }) => id === container.id);
  const again = before === undefined || happenedAgain(container, earlier);
  return { faults: [...now, ...(again ? past : [])].filter(Boolean), doubts: again ? [] : past };
}

function pastOf({ name, restarts, memoryKills }: Counted): string[] {
  const times = (count: number) => (count === 1 ? "once" : `${count} times`);
  return [
    restarts > 0 ? `${name} has died and been restarted ${times(restarts)}` : "",
    memoryKills > 0 ? `a process in ${name} was killed for want of memory ${times(memoryKills)}` : "",
  ].filter(Boolean);
}

/** A restart starts the count of killed processes anew. */
function happenedAgain(now: Counted, earlier: Counted | undefined): boolean {
  if (earlier === undefined || now.restarts > earlier.restarts) return true;
  return now.startedAt === earlier.startedAt && now.memoryKills > earlier.memoryKills;
}
