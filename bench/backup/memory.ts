import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Watches the memory of a process and of all that it has started, until it is disposed of. */
export interface MemoryWatch extends Disposable {
  /** The most that they had together at one moment, megabytes. */
  readonly peakMB: number;
}

const betweenMs = 50;

/** What runs in a container because of us: it is nobody's descendant here. */
export interface InContainer {
  /** The container's first process, by its number on this host. */
  container: number;
  programs: readonly string[];
}

/** @param root the process; its descendants count too. */
export function watchMemory(root: number, { container, programs }: InContainer): MemoryWatch {
  let peakBytes = 0;
  const inside = namespaceOf(container);
  const isIn = (pid: number) => namespaceOf(pid) === inside;
  const look = () => {
    const processes = readProcesses();
    const family = familyOf(root, processes);
    const counted = processes.filter(
      ({ pid, name }) => family.has(pid) || (programs.includes(name) && isIn(pid)),
    );
    peakBytes = Math.max(
      peakBytes,
      counted.reduce((sum, { pid }) => sum + proportionalBytes(pid), 0),
    );
  };
  const timer = setInterval(look, betweenMs);
  return {
    get peakMB() {
      return peakBytes / 1e6;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

interface Process {
  pid: number;
  parent: number;
  name: string;
}

function readProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const stat = textOf(`/proc/${pid}/stat`);
      const [, name = "", parent = "0"] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
      return stat === "" ? [] : [{ pid: Number(pid), parent: Number(parent), name }];
    });
}

function familyOf(root: number, processes: readonly Process[]): Set<number> {
  const family = new Set([root]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return family;
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** What is shared counts by its share, so that a page that two processes have is counted once. */
function proportionalBytes(pid: number): number {
  const [, kibibytes = "0"] = /^Pss:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kibibytes) * 1_024;
}

/** Empty for a process that is gone by now. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
