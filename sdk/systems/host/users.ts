import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { openersOf } from "./openers.ts";
import { attempt, type Opener, openerOf, openFilesOf, otherProcesses } from "./processes.ts";

/** A line of mountinfo (proc(5)): a folder of a file system, and where it is seen. */
interface Mount {
  device: string;
  root: string;
  point: string;
}

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

/** Where a path lies in its file system, which has the same name for it in every container. */
function inFileSystem(path: string): Pick<Mount, "device" | "root"> {
  const holds = ({ point }: Mount) => point === "/" || path === point || path.startsWith(`${point}/`);
  // Of two at one place, the later one hides the other.
  const mount = mountsOf("self")
    .filter(holds)
    .reduce<Mount | undefined>(
      (deepest, one) => (deepest === undefined || one.point.length >= deepest.point.length ? one : deepest),
      undefined,
    );
  if (mount === undefined) throw new Error(`nothing is mounted above ${path}`);
  const below = path.slice(mount.point === "/" ? 0 : mount.point.length);
  return { device: mount.device, root: mount.root === "/" ? below : mount.root + below };
}

function isMounted({ device, root }: Mount, place: Pick<Mount, "device" | "root">): boolean {
  return device === place.device && (root === place.root || root.startsWith(`${place.root}/`));
}

function mountsOf(pid: string): Mount[] {
  return attempt(() => readFileSync(`/proc/${pid}/mountinfo`), Buffer.alloc(0))
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [, , device, root, point] = line.split(" ");
      if (device === undefined || root === undefined || point === undefined) return [];
      return [{ device, root: unescaped(root), point: unescaped(point) }];
    });
}

/** Blanks and the like stand as octal numbers there. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}
