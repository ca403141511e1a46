import { existsSync, realpathSync, type Stats, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { Failure } from "../../core/errors/index.ts";
import { type BindMount, composeCommand, containersOf, startedWith } from "../../systems/docker/index.ts";
import { type Inside, mountsInside, seenInside } from "../../systems/host/index.ts";
import { askProxy } from "./proxy.ts";
import type { Site } from "./site.ts";

const deadlineMs = 20_000;

/**
 * Refuses a proxy that looks into another folder than the switch is made in: one that is mounted stays the one that it was
 * when the container started, also when it is removed and made anew. No process is started to find that out: the kernel
 * tells what the proxy's own sees. Where neither of its two ways may be asked, or the proxy runs on another machine, the
 * switch itself finds out.
 *
 * @throws Failure PROXY_DISAGREES
 */
export async function assertSeesMarker(site: Site): Promise<void> {
  const { service } = site.values.proxy;
  const containers = await containersOf(site.shared.project, { deadlineMs });
  const proxy = containers.findLast((each) => each.service === service && each.status === "running");
  if (proxy === undefined) return;
  const { mounts } = await startedWith(proxy.id, { deadlineMs });
  const mount = mountOf(site.markerDirectory, mounts);
  if (mount === undefined || !looksElsewhere(proxy, mount, site.markerDirectory)) return;
  // Where the two lead to different environments, more than a restart is needed, and it says what.
  await askProxy(site);
  throw new Failure("PROXY_DISAGREES", {
    message: `the proxy does not see ${site.markerDirectory} as it is now, and would not see the switch`,
    why: "that folder was removed and made anew, or another was put in its place, after the proxy was started, which still looks into the old one",
    remedy: `restart the proxy, which then sees the new one: ${composeCommand(site.shared, ["restart", service])}`,
    details: { markerDirectory: site.markerDirectory, inside: mount.inside },
  });
}

interface MountOfMarker extends BindMount {
  /** Where the container sees the marker's folder itself, which may lie below what is mounted. */
  inside: string;
}

/** The nearest mount through which a folder of this host is seen. */
export function mountOf(folder: string, mounts: readonly BindMount[]): MountOfMarker | undefined {
  const through = mounts.flatMap((mount) => {
    const below = [relative(mount.source, folder), relative(real(mount.source), real(folder))].find(isBelow);
    return below === undefined ? [] : [{ ...mount, below, inside: join(mount.target, below) }];
  });
  return through.toSorted((one, other) => one.below.length - other.below.length)[0];
}

const isBelow = (path: string) => path !== ".." && !path.startsWith("../") && !isAbsolute(path);

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function looksElsewhere(proxy: Inside, { target, inside }: MountOfMarker, folder: string): boolean {
  const seen = seenInside(proxy, inside);
  const own = statSync(folder, { throwIfNoEntry: false });
  if (seen !== undefined) return !isSame(seen, own);
  // Another user's process does not show its files, but where they were mounted from.
  const mountinfo = mountsInside(proxy);
  return mountinfo !== undefined && isDeleted(target, mountinfo);
}

function isSame(one: Stats, other: Stats | undefined): boolean {
  return one.ino === other?.ino && one.dev === other.dev;
}

/** Whether what is mounted there has been removed where it was mounted from, as the kernel says it in /proc/PID/mountinfo. */
export function isDeleted(target: string, mountinfo: string): boolean {
  const mounted = mountinfo
    .split("\n")
    .map((line) => line.split(" "))
    .findLast(([, , , , place = ""]) => unescaped(place) === target);
  return mounted?.[3]?.endsWith("//deleted") ?? false;
}

/** A space and the like stand there as their number in octal. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
