import type { Stats } from "node:fs";
import { lstat, opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errnoOf } from "../sdk/core/files/index.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { oneOrMore } from "./options.ts";

/** Whether the folders that containers write uploads to are there, and the containers' user may write to them. */
export const uploadFolders = defineCheck({
  id: "upload-folders",
  title: "Upload folders",
  summary: "Whether the folders for uploads are there, and the containers' user may write to them",
  example: "--path uploads --uid 1001 --gid 1001",
  deadline: "10s",
  options: z.strictObject({
    path: oneOrMore(z.string()).describe("The folders on this host."),
    subdirectories: z.array(z.string()).default([]).describe("The folders that must exist inside of each."),
    uid: z.int().nonnegative().default(1001).describe("The number of the user that the containers write as."),
    gid: z.int().nonnegative().default(1001).describe("The number of that user's group."),
    mended: z
      .boolean()
      .default(false)
      .describe("Whether a later step brings owners into order, so that they are a warning here."),
  }),
  look: async ({ path, subdirectories, uid, gid, mended }) => {
    const who = { uid, gid, mended };
    const roots = [...new Set(path)];
    const inner = roots.flatMap((root) => subdirectories.map((name) => join(root, name)));
    const folders = [...new Set([...roots, ...inner])];
    const faults = await Promise.all(
      folders.map((folder) => folderFaults(folder, who, roots.includes(folder))),
    );
    const good = `${folders.length === 1 ? "the folder is" : `all ${folders.length} folders are`} there, and ${uid}:${gid} may write`;
    return lookOf(faults.flat(), { good, evidence: { folders, uid, gid } });
  },
});

interface User {
  uid: number;
  gid: number;
  /** Whether a later step gives it what it has not. */
  mended: boolean;
}

/** A folder that is not there fails; one with the wrong owner too, unless a later step mends that. */
async function folderFaults(folder: string, who: User, isRoot: boolean): Promise<Fault[]> {
  const { uid, gid } = who;
  const seen = await stat(folder).catch((thrown: unknown) => {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  });
  if (seen === undefined) {
    const remedy = `install -d -o ${uid} -g ${gid} -m 755 ${folder}; Docker would make it for root`;
    return [{ status: "fail", says: `${folder} is missing`, remedy }];
  }
  if (!seen.isDirectory()) {
    const remedy = `move it away, and make the folder: install -d -o ${uid} -g ${gid} ${folder}`;
    return [{ status: "fail", says: `${folder} is no folder`, remedy }];
  }
  if (mayWrite(seen, who)) return isRoot ? nestedFaults(folder, who) : [];
  const says = `${folder} belongs to ${seen.uid}:${seen.gid} with mode ${shownMode(seen)}, so ${uid}:${gid} cannot write`;
  return [
    { status: wrongOwner(who), says, remedy: `chown ${uid}:${gid} ${folder} && chmod u+rwx ${folder}` },
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
  return [{ status: wrongOwner(who), says, remedy: `chown -R ${who.uid}:${who.gid} ${root}` }];
}
