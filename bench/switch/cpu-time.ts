import { readFileSync } from "node:fs";
import { docker } from "../../sdk/systems/docker/index.ts";

/** How long the processes of a container have been on a processor: the first, and those that it has started. */
export async function cpuTimeOf(container: string): Promise<() => number> {
  const printed = await docker(["inspect", "--format", "{{.State.Pid}}", container], { deadlineMs: 20_000 });
  const first = printed.trim();
  const started = readFileSync(`/proc/${first}/task/${first}/children`, "utf8").split(" ").filter(Boolean);
  return () => [first, ...started].reduce((sum, process) => sum + timeOf(process), 0);
}

/** Nanoseconds; nginx's processes have one thread each. */
function timeOf(process: string): number {
  const [onProcessor = ""] = readFileSync(`/proc/${process}/schedstat`, "utf8").split(" ");
  return Number(onProcessor);
}
