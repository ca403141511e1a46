import { lstatSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RestoreDesk } from "../desk.ts";

const hidden = /^\..+\.switchover-[0-9a-f]{16}$/s;
const besideEnding = /^(.+)\.(old|restored)_(\d{8}_\d{6})$/s;

/** A path beside another one that is nobody's, and is written down before it is made. */
export function freshPath(desk: Pick<RestoreDesk, "journal">, target: string): string {
  const random = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const name = join(dirname(target), `.${basename(target)}.switchover-${random}`);
  desk.journal.append({ kind: "fresh", type: "path", name });
  return name;
}

function isFreshPath(path: string): boolean {
  return hidden.test(basename(path));
}

/** Where what stands at a path is kept, from now on: `PATH.old_20261126_110000`. */
export function keptPath(target: string, now: Date): string {
  return freePath((at) => `${target}.old_${stampOf(at)}`, now);
}

/** Where something is restored beside a path: `PATH.restored_20261126_110000`. */
export function besidePath(target: string, now: Date): string {
  return freePath((at) => `${target}.restored_${stampOf(at)}`, now);
}

/** The first path that nothing has, of those that the seconds from now on give. */
function freePath(pathAt: (at: Date) => string, now: Date): string {
  let at = now;
  while (lstatSync(pathAt(at), { throwIfNoEntry: false }) !== undefined) at = new Date(at.getTime() + 1_000);
  return pathAt(at);
}

/** Of a path that a restore may have left beside another one: that one, its own stamp, and what it is; undefined for any other. */
export function readBeside(
  path: string,
): { target: string; state: "kept" | "restored"; stamp: string } | undefined {
  const [, target, word, stamp] = besideEnding.exec(path) ?? [];
  if (target === undefined || stamp === undefined) return undefined;
  return { target, state: word === "old" ? "kept" : "restored", stamp };
}

function stampOf(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
}

/** Removes what was being made; nothing else ever has such a name. */
export function removeFresh(path: string): void {
  // A file system that cannot be written refuses to remove even what is not there.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  if (isFreshPath(path)) rmSync(path, { recursive: true, force: true });
}
