import type { Look } from "../../sdk/core/finding/index.ts";
import { type Counted, troublesOf } from "./troubles.ts";

/**
 * What containers say about their project.
 *
 * @param before the same ones when the watch began; undefined where nobody watched
 */
export function judge(
  containers: readonly Counted[],
  before: readonly Counted[] | undefined,
  { project, services }: { project: string; services: readonly string[] },
): Look {
  const absent = services.filter((name) => !containers.some(({ service }) => service === name));
  const gone = (before ?? []).filter(({ id }) => !containers.some((container) => container.id === id));
  const troubles = containers.map((container) => ({ container, ...troublesOf(container, before) }));
  const faults = [
    ...absent.map((service) => `${service} has no container`),
    ...gone.map(({ name }) => `${name} went away while it was watched`),
    ...troubles.flatMap((one) => one.faults),
  ];
  if (containers.length === 0 && faults.length === 0) faults.push(`${project} has no container at all`);
  const evidence = { containers: containers.map(shown), absent };
  if (faults.length > 0) {
    const first = troubles.find((one) => one.faults.length > 0)?.container;
    const list = `docker ps --all --filter label=com.docker.compose.project=${project}`;
    return {
      status: "fail",
      summary: faults.join("; "),
      remedy: first === undefined ? list : `docker logs --tail 50 ${first.name}`,
      evidence: { ...evidence, service: first?.service ?? absent[0] },
    };
  }
  const doubtful = troubles.find((one) => one.doubts.length > 0)?.container;
  if (doubtful !== undefined) {
    return {
      status: "warn",
      summary: troubles.flatMap((one) => one.doubts).join("; "),
      remedy: `docker logs --tail 50 ${doubtful.name}`,
      evidence,
    };
  }
  return { status: "pass", summary: wellSaid(containers), evidence };
}

function wellSaid(containers: readonly Counted[]): string {
  const running = containers.filter(({ done }) => !done);
  const unchecked = servicesOf(running.filter(({ health }) => health === "none"));
  const note = unchecked.length === 0 ? "" : ` (${unchecked.join(", ")} without a health check)`;
  const ended = servicesOf(containers.filter(({ done }) => done));
  const jobs = ended.length === 0 ? "" : `; ended with 0, as a job does: ${ended.join(", ")}`;
  return `${running.length} run and are healthy${note}${jobs}`;
}

/** By name: in which order containers were started is chance, and two looks at the same state must read the same. */
function servicesOf(containers: readonly Counted[]): string[] {
  return containers.map(({ service }) => service).toSorted();
}

function shown(container: Counted) {
  const { name, status, health, restarts, outOfMemory, memoryKills, exitCode, startedAt } = container;
  return { name, status, health, restarts, outOfMemory, memoryKills, exitCode, startedAt };
}
