import { readFileSync, realpathSync } from "node:fs";
import { attempt } from "./processes.ts";

/** A line of mountinfo (proc(5)): a folder of a file system, and where it is seen. */
export interface Mount {
  device: string;
  root: string;
  point: string;
}

/** Where something is mounted at a path or below it: a rename takes it along, and who removes the path removes what is in there. */
export function mountsWithin(path: string): string[] {
  const real = realpathSync(path);
  return mountsOf("self")
    .map(({ point }) => point)
    .filter((point) => point === real || point.startsWith(`${real}/`));
}

/** Where a path lies in its file system, which has the same name for it in every container. */
export function inFileSystem(path: string): Pick<Mount, "device" | "root"> {
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

export function isMounted({ device, root }: Mount, place: Pick<Mount, "device" | "root">): boolean {
  return device === place.device && (root === place.root || root.startsWith(`${place.root}/`));
}

/** What a process sees mounted; nothing where that cannot be looked into. */
export function mountsOf(pid: string): Mount[] {
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
