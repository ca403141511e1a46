import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Memory {
  /** Bytes that new processes can have without anything being swapped or killed. */
  available: number;
  total: number;
  /** The control group that leaves less than the machine has; undefined when none does. */
  limitedBy: string | undefined;
}

const cgroupRoot = "/sys/fs/cgroup";

/** The memory that is left, by the kernel's own estimate, or by a control group's limit where that leaves less. */
export function memory(): Memory {
  const machine = readFileSync("/proc/meminfo", "utf8");
  const available = kibibytes(machine, "MemAvailable");
  const total = kibibytes(machine, "MemTotal");
  const limits = ownCgroups().flatMap((group) => {
    const left = leftIn(group);
    return left === undefined || left >= available ? [] : [{ group, left }];
  });
  const [tightest] = limits.sort((one, other) => one.left - other.left);
  return { available: tightest?.left ?? available, total, limitedBy: tightest?.group };
}

function kibibytes(meminfo: string, name: string): number {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(meminfo)?.[1];
  if (value === undefined) throw new Error(`/proc/meminfo does not tell ${name}`);
  return Number(value) * 1024;
}

/** The folders of the control groups that limit this process, its own first. */
function ownCgroups(): string[] {
  const lines = readFileSync("/proc/self/cgroup", "utf8").trim().split("\n");
  return lines.flatMap((line) => {
    const [, controllers = "", path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === "") return upwards(cgroupRoot, path);
    return controllers.split(",").includes("memory") ? upwards(join(cgroupRoot, "memory"), path) : [];
  });
}

function upwards(root: string, path: string): string[] {
  const folders: string[] = [];
  for (let at = path; at !== "/"; at = dirname(at)) folders.push(join(root, at));
  return [...folders, root];
}

/** What a control group's limit leaves; its file cache counts as free, since the kernel gives it up first. */
function leftIn(group: string): number | undefined {
  const limit = amount(group, "memory.max") ?? amount(group, "memory.limit_in_bytes");
  const used = amount(group, "memory.current") ?? amount(group, "memory.usage_in_bytes");
  if (limit === undefined || used === undefined) return undefined;
  const statistics = join(group, "memory.stat");
  const text = existsSync(statistics) ? readFileSync(statistics, "utf8") : "";
  const cache = /^(?:total_)?inactive_file (\d+)$/m.exec(text)?.[1];
  return Math.max(0, limit - used + Number(cache ?? 0));
}

function amount(group: string, name: string): number | undefined {
  const file = join(group, name);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8").trim();
  // "max" is version 2's word for no limit; version 1 writes a number that no machine has.
  return /^\d+$/.test(text) && Number(text) < 2 ** 60 ? Number(text) : undefined;
}
