import { namesOf } from "../../../systems/tree/index.ts";
import type { Mounts } from "../mounts.ts";
import { liesIn } from "../policy/bases.ts";

/** Whether a container sees a folder, or something in it, as a place of its own. A mount of what lies around it does not count. */
export function isLive(folder: string, mounts: Extract<Mounts, { known: true }>): boolean {
  const names = namesOf(Buffer.from(folder));
  return mounts.mounts.some(({ source }) => liesIn(namesOf(Buffer.from(source)), names));
}
