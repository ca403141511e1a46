import { readdirSync, readFileSync } from "node:fs";

/** A process that has something open. */
export interface Opener {
  pid: number;
  name: string;
}

/** The other processes of this host, those in containers too. */
export function otherProcesses(): string[] {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
}

export function openerOf(pid: string): Opener {
  return {
    pid: Number(pid),
    name: attempt(() => readFileSync(`/proc/${pid}/comm`, "utf8").trim(), "a process"),
  };
}

/** Links to the files that a process has open. */
export function openFilesOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return attempt(() => readdirSync(folder), []).map((descriptor) => `${folder}/${descriptor}`);
}

/** A process may end, or close a file, between two looks; another user's cannot be looked into. */
export function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
