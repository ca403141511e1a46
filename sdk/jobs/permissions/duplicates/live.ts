import { statSync } from "node:fs";
import { namesOf } from "../../../systems/tree/index.ts";
import type { Mounts } from "../mounts.ts";
import { liesIn } from "../policy/bases.ts";

/**
 * Whether a container sees a folder, or something in it, as a place of its own. A mount of what lies around it does not count.
 * A Compose file that only speaks of it is enough: nobody knows who starts it when.
 */
export function isLive(folder: string, mounts: Extract<Mounts, { known: true }>): boolean {
  const names = namesOf(Buffer.from(folder));
  const called = folder.split("/").slice(-2).join("/");
  if (mounts.texts.some((text) => text.includes(called))) return true;
  return mounts.mounts.some(
    ({ source }) => liesIn(namesOf(Buffer.from(source)), names) || isSame(source, folder),
  );
}

/** Whether two paths lead to one folder: it may be mounted on this host under another name, which is the one that Compose has. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}
