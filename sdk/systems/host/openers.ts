import { statSync } from "node:fs";
import { attempt, type Opener, openerOf, openFilesOf, otherProcesses } from "./processes.ts";

/** The processes that have a file open, in containers too; those of other users are seen by root alone. */
export function openersOf(path: string): Opener[] {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return [];
  const isIt = (link: string) => {
    const { dev, ino } = statSync(link);
    return dev === file.dev && ino === file.ino;
  };
  return otherProcesses()
    .filter((pid) => openFilesOf(pid).some((link) => attempt(() => isIt(link), false)))
    .map(openerOf);
}
