import { existsSync, realpathSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errnoOf } from "../sdk/core/files/index.ts";
import { asTyped } from "../sdk/core/process/index.ts";
import { isReadOnly } from "../sdk/systems/host/index.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { oneOrMore } from "./options.ts";
import { rightsFaults, type User } from "./upload-folders/rights.ts";

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
    uid: z
      .int()
      .nonnegative()
      .optional()
      .describe(
        "The number of the user that the containers write as; without it nobody's rights are judged.",
      ),
    gid: z
      .int()
      .nonnegative()
      .optional()
      .describe("The number of its group; the same as uid when not named."),
    one: z
      .boolean()
      .default(false)
      .describe(
        "Whether they should be one folder: what is uploaded to one of several is missing in the others.",
      ),
    mended: z
      .boolean()
      .default(false)
      .describe("Whether a later step brings owners into order, so that they are a warning here."),
  }),
  look: async ({ path, subdirectories, uid, gid = uid, one, mended }) => {
    const who = uid === undefined || gid === undefined ? undefined : { uid, gid, mended };
    const roots = [...new Set(path)];
    const inner = roots.flatMap((root) => subdirectories.map((name) => join(root, name)));
    const folders = [...new Set([...roots, ...inner])];
    const faults = await Promise.all(
      folders.map(async (folder) => {
        const seen = await statOf(folder);
        if (seen === undefined || !seen.isDirectory()) return [notThere(folder, seen !== undefined, who)];
        if (await isReadOnly(folder)) return [shut(folder)];
        return who === undefined ? [] : rightsFaults(folder, seen, { who, inside: roots.includes(folder) });
      }),
    );
    const count = folders.length === 1 ? "the folder is" : `all ${folders.length} folders are`;
    const good = `${count} there${who === undefined ? "" : `, and ${who.uid}:${who.gid} may write`}`;
    const apart = one && new Set(roots.filter(existsSync).map((root) => realpathSync(root))).size > 1;
    return lookOf([...faults.flat(), ...(apart ? [notOne(roots)] : [])], {
      good,
      evidence: { folders, uid, gid },
    });
  },
});

function notOne(roots: readonly string[]): Fault {
  return {
    status: "warn",
    says: `${roots.join(" and ")} are different folders, so a switch hides what was uploaded before it`,
    remedy: "mount one folder into both environments, and name it for both in uploads",
  };
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

function shut(folder: string): Fault {
  const remedy = `see why, and mount it for writing: ${asTyped(["findmnt", "-T", folder])}`;
  return { status: "fail", says: `${folder} is mounted read-only`, remedy };
}

function notThere(folder: string, isOther: boolean, who: User | undefined): Fault {
  const owner = who === undefined ? [] : ["-o", `${who.uid}`, "-g", `${who.gid}`];
  const make = asTyped(["install", "-d", ...owner, "-m", "755", folder]);
  return isOther
    ? { status: "fail", says: `${folder} is no folder`, remedy: `move it away, and make the folder: ${make}` }
    : { status: "fail", says: `${folder} is missing`, remedy: `${make}; Docker would make it for root` };
}
