import { readFile, rm } from "node:fs/promises";
import path from "node:path";

/** A process that left its number in a file. */
export interface Recorded {
  program: "dockerd" | "containerd";
  pidFile: string;
}

/** Where dockerd, and the containerd that it starts, leave their numbers below `runDir` (/run). */
export function recordsIn(runDir: string): { dockerd: Recorded; containerd: Recorded } {
  return {
    dockerd: { program: "dockerd", pidFile: path.join(runDir, "docker.pid") },
    containerd: { program: "containerd", pidFile: path.join(runDir, "docker/containerd/containerd.pid") },
  };
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** Whether a process has that number and that name. One that has ended and was not fetched by its parent does not count. */
async function lives(pid: string, program: string): Promise<boolean> {
  const stat = await readText(`/proc/${pid}/stat`);
  return stat?.includes(` (${program}) `) === true && !stat.includes(`(${program}) Z`);
}

/** The number in the file, when a process of that name has it now. */
export async function livingProcess({ program, pidFile }: Recorded): Promise<number | undefined> {
  const pid = await readText(pidFile);
  if (pid === undefined || !/^\d+$/.test(pid)) return undefined;
  return (await lives(pid, program)) ? Number(pid) : undefined;
}

/**
 * Removes the files whose process is gone. After a power cut the same number may be another program's by
 * now; dockerd then takes itself, or its containerd, for running, and does not start.
 */
export async function removeStale(records: readonly Recorded[]): Promise<string[]> {
  const removed: string[] = [];
  for (const record of records) {
    const text = await readText(record.pidFile);
    if (text === undefined || (await livingProcess(record)) !== undefined) continue;
    await rm(record.pidFile, { force: true });
    removed.push(record.pidFile);
  }
  return removed;
}
