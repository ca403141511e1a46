import type { Stats } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { asTyped } from "../../sdk/core/process/index.ts";
import type { Fault } from "../faults.ts";

/** Who is to write to the folders. */
export interface User {
  uid: number;
  gid: number;
  /** Whether a later step gives it what it has not. */
  mended: boolean;
}

/** What keeps a user from writing to a folder, and to those directly inside of it where `inside` asks for them. */
export async function rightsFaults(
  folder: string,
  seen: Stats,
  { who, inside }: { who: User; inside: boolean },
): Promise<Fault[]> {
  if (mayWrite(seen, who)) return inside ? nestedFaults(folder, who) : [];
  const { uid, gid } = who;
  const says = `${folder} belongs to ${seen.uid}:${seen.gid} with mode ${shownMode(seen)}, so ${uid}:${gid} cannot write`;
  return [
    {
      status: wrongOwner(who),
      says,
      remedy: `${asTyped(["chown", `${uid}:${gid}`, folder])} && ${asTyped(["chmod", "u+rwx", folder])}`,
    },
  ];
}

/** The kernel tries the classes in this order: an owner without the right has none by the group. */
function mayWrite({ uid: owner, gid: group, mode }: Stats, { uid, gid }: User): boolean {
  if (uid === 0) return true;
  const bits = owner === uid ? mode >> 6 : group === gid ? mode >> 3 : mode;
  return (bits & 0o3) === 0o3;
}

function wrongOwner({ mended }: User): Fault["status"] {
  return mended ? "warn" : "fail";
}

function shownMode({ mode }: Stats): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}

/** How many entries of a folder are looked at: enough to see what a restore or a root shell left behind everywhere. */
const sample = 200;

/** Folders directly below that the containers' user cannot write to. */
async function nestedFaults(root: string, who: User): Promise<Fault[]> {
  const strange: string[] = [];
  let seen = 0;
  for await (const entry of await opendir(root)) {
    seen += 1;
    if (seen > sample) break;
    const path = join(root, entry.name);
    // One that is gone by now is no trouble.
    const stats = entry.isDirectory() ? await lstat(path).catch(() => undefined) : undefined;
    if (stats !== undefined && !mayWrite(stats, who)) strange.push(path);
  }
  if (strange.length === 0) return [];
  const more = strange.length > 3 ? ` and ${strange.length - 3} more` : "";
  const says = `${who.uid}:${who.gid} cannot write to ${strange.slice(0, 3).join(", ")}${more}`;
  return [{ status: wrongOwner(who), says, remedy: asTyped(["chown", "-R", `${who.uid}:${who.gid}`, root]) }];
}
