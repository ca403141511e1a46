import { lstatSync, readFileSync, readlinkSync, type Stats, statSync } from "node:fs";
import { uptime } from "node:os";
import { isAbsolute, join } from "node:path";
import { attempt } from "./processes.ts";

/** A process of a container, by its number and the container's id as its daemon tells them. */
export interface Inside {
  pid: number;
  id: string;
}

/** A process that another one has started. */
export interface Child {
  /** Its arguments, or what it writes in their place. */
  title: string;
  /** Seconds since it was started: one too few at most. */
  age: number;
}

/** In what the kernel counts the starts of processes, whatever it ticks in itself (USER_HZ, time(7)). */
const ticksPerSecond = 100;

/**
 * What a container's process has started, and those in turn. Undefined where this host's kernel does not know the process as
 * one of that container: its daemon then counts the processes of another machine, or of another space of names.
 */
export function childrenInside({ pid, id }: Inside): Child[] | undefined {
  return attempt(() => (isOf(pid, id) ? childrenOf(pid, uptime()) : undefined), undefined);
}

/**
 * When files were last changed, in milliseconds since 1970, each as a container's process sees it by its absolute path. Undefined
 * where this user may not look from there, where one of them is not there, or where `childrenInside` would be.
 */
export function changesInside({ pid, id }: Inside, files: readonly string[]): number[] | undefined {
  const root = `/proc/${pid}/root`;
  const changed = () => files.map((file) => statSync(followed(root, file)).mtimeMs);
  return attempt(() => (isOf(pid, id) ? changed() : undefined), undefined);
}

/** What a container's process sees at an absolute path. Undefined where `changesInside` would be. */
export function seenInside({ pid, id }: Inside, path: string): Stats | undefined {
  return attempt(
    () => (isOf(pid, id) ? statSync(followed(`/proc/${pid}/root`, path)) : undefined),
    undefined,
  );
}

/** What is mounted where a container's process is, as /proc/PID/mountinfo has it. Undefined where `childrenInside` would be. */
export function mountsInside({ pid, id }: Inside): string | undefined {
  return attempt(
    () => (isOf(pid, id) ? readFileSync(`/proc/${pid}/mountinfo`, "utf8") : undefined),
    undefined,
  );
}

/** Every engine puts a container's id into the names of its control groups, which the first process stands in. */
function isOf(pid: number, id: string): boolean {
  return pid > 0 && id !== "" && readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(id);
}

function childrenOf(pid: number, upSeconds: number): Child[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children
    .split(" ")
    .filter(Boolean)
    .flatMap((child) =>
      attempt(() => [describe(child, upSeconds), ...childrenOf(Number(child), upSeconds)], []),
    );
}

function describe(pid: string, upSeconds: number): Child {
  const title = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  // The program's name stands in brackets, and may hold some itself. The start is the 22nd field, the 20th behind them.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return { title, age: upSeconds - Number(fields[19]) / ticksPerSecond };
}

/** As many as the kernel follows itself (path_resolution(7)). */
const mostLinks = 40;

/** Follows every symbolic link of a path under a root that is not our own, in which the kernel would take absolute ones for ours. */
function followed(root: string, path: string): string {
  const pending = path.split("/");
  const place: string[] = [];
  for (let links = 0; links <= mostLinks; ) {
    const part = pending.shift();
    if (part === undefined) return join(root, ...place);
    if (part === "..") place.pop();
    if (part === "" || part === "." || part === "..") continue;
    const target = linkTarget(join(root, ...place, part));
    if (target === undefined) place.push(part);
    else {
      links += 1;
      if (isAbsolute(target)) place.length = 0;
      pending.unshift(...target.split("/"));
    }
  }
  throw new RangeError(`${path} leads through more than ${mostLinks} links`);
}

function linkTarget(path: string): string | undefined {
  return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
}
