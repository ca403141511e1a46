import { readdirSync, readFileSync, statSync } from "node:fs";

/** A process that has a file open. */
export interface Opener {
  pid: number;
  name: string;
}

/** The processes that have a file open, in containers too; those of other users are seen by root alone. */
export function openersOf(path: string): Opener[] {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return [];
  const isIt = (link: string) => {
    const { dev, ino } = statSync(link);
    return dev === file.dev && ino === file.ino;
  };
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => linksOf(pid).some((link) => attempt(() => isIt(link), false)))
    .map((pid) => ({
      pid: Number(pid),
      name: attempt(() => readFileSync(`/proc/${pid}/comm`, "utf8").trim(), "a process"),
    }));
}

function linksOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return attempt(() => readdirSync(folder), []).map((descriptor) => `${folder}/${descriptor}`);
}

/** A process may end, or close a file, between two looks; another user's cannot be looked into. */
function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
