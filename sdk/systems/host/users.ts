import { readlinkSync, realpathSync } from "node:fs";
import { inFileSystem, isMounted, mountsOf } from "./mounts.ts";
import { openersOf } from "./openers.ts";
import { attempt, type Opener, openerOf, openFilesOf, otherProcesses } from "./processes.ts";

/**
 * The processes that use a path or what is below it: they have it open, stand in it, or see it mounted somewhere, as a
 * container does that was started before the path got another name. Only root sees those of everybody: undefined for others.
 *
 * @throws the file system's own error when there is no such path.
 */
export function usersOf(path: string): Opener[] | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const real = realpathSync(path);
  const isWithin = (place: string) => place === real || place.startsWith(`${real}/`);
  const place = inFileSystem(real);
  const open = new Set(openersOf(real).map(({ pid }) => String(pid)));
  return otherProcesses()
    .filter(
      (pid) =>
        open.has(pid) ||
        linksOf(pid).some((link) => isWithin(attempt(() => readlinkSync(link), ""))) ||
        mountsOf(pid).some((mount) => isMounted(mount, place)),
    )
    .map(openerOf);
}

function linksOf(pid: string): string[] {
  return [`/proc/${pid}/cwd`, `/proc/${pid}/root`, ...openFilesOf(pid)];
}
