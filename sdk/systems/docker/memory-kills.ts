import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Container } from "./containers.ts";

const cgroupRoot = "/sys/fs/cgroup";

/**
 * How many processes the kernel has killed in a container since it was started, because it wanted more memory than it
 * may have. Docker tells only of a first process that was killed; a worker's death is counted by the control group.
 * Undefined where the container runs on another machine, or the group does not tell.
 */
export function memoryKills({ id, pid }: Pick<Container, "id" | "pid">): number | undefined {
  const groups = `/proc/${pid}/cgroup`;
  if (pid === 0 || !existsSync(groups)) return undefined;
  for (const line of readFileSync(groups, "utf8").trim().split("\n")) {
    const [, controllers = "", path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    // The number may be that of any process here, when the daemon is elsewhere.
    if (!path.includes(id)) continue;
    if (controllers === "") return killsIn(join(cgroupRoot, path, "memory.events"));
    if (controllers.split(",").includes("memory"))
      return killsIn(join(cgroupRoot, "memory", path, "memory.oom_control"));
  }
  return undefined;
}

/** Both versions of control groups write the same line. */
function killsIn(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const count = /^oom_kill (\d+)$/m.exec(readFileSync(file, "utf8"))?.[1];
  return count === undefined ? undefined : Number(count);
}
