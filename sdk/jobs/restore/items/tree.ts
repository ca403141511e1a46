import { lstatSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "../../../core/errors/index.ts";
import { syncDirectory } from "../../../core/files/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import { type Stage, succeed } from "../../../core/process/index.ts";
import { backupsFolder, tarEnvironment } from "../../backup/index.ts";
import type { RestoreDesk } from "../desk.ts";
import type { Piece } from "../piece.ts";
import { readItem } from "../read-item.ts";
import type { Goal, Placed, Restored } from "../restored.ts";
import { mountRemarks } from "./mounted.ts";
import { ownerOption, ownersLost, ownersRefused } from "./owners.ts";
import { besidePath, freshPath, keptPath, removeFresh } from "./path-names.ts";
import { assertFree, assertHoldsNoneOf, assertReplaceable, assertRoomBeside } from "./path-refusals.ts";
import { swapPaths } from "./path-swap.ts";

type TreeItem = Extract<Item, { type: "directory" | "file" }>;

const syncMs = 600_000;
const newline = 0x0a;

/**
 * Unpacks an archive into a new folder beside the place that it was made of. It never touches what lives there.
 *
 * @throws Failure RESTORE_FAILED, RESTORE_DIFFERS, BACKUP_DAMAGED, TARGET_UNUSABLE
 */
export async function restoreTree(
  run: { desk: RestoreDesk; folder: string; goal: Goal },
  { item, target }: Piece<TreeItem>,
): Promise<Restored> {
  const { desk, goal } = run;
  const destination = goal.kind === "in-place" ? target : (goal.as ?? besidePath(target, desk.now()));
  assertReplaceable(destination);
  if (goal.kind === "beside") assertFree(destination);
  else assertHoldsNoneOf(destination, [backupsFolder(desk.configuration), desk.configuration.state()]);
  assertRoomBeside(destination, item);
  const unpacked = freshPath(desk, destination);
  mkdirSync(unpacked, { mode: 0o700 });
  const content = await unpack(run, item, unpacked).catch((thrown: unknown) => {
    throw ownersRefused(item, thrown);
  });
  return {
    async place() {
      const kept = keptPath(target, desk.now());
      const replaced = swapPaths(desk, destination, content, kept);
      removeFresh(unpacked);
      const mounted = goal.kind === "in-place" ? await mountRemarks(target) : [];
      return placedAt(item, destination, replaced ? kept : undefined, [...mounted, ...ownersLost(goal)]);
    },
    async takeBack({ at, kept }) {
      if (goal.kind === "beside") {
        mkdirSync(unpacked, { mode: 0o700 });
        renameSync(at, content);
        return undefined;
      }
      const aside = besidePath(target, desk.now());
      if (kept === undefined) renameSync(at, aside);
      else swapPaths(desk, at, kept, aside);
      return aside;
    },
  };
}

function placedAt(
  { type, name, facts }: TreeItem,
  at: string,
  kept: string | undefined,
  remarks: readonly string[],
): Placed {
  const { warnings } = facts;
  const then = warnings.length === 0 ? [] : [`when it was backed up: ${warnings.slice(0, 5).join("; ")}`];
  return { type, name, at, kept, remarks: [...then, ...remarks], refused: [] };
}

/** Gives the path of what was archived, in the new folder. */
async function unpack(
  { desk, folder, goal }: { desk: RestoreDesk; folder: string; goal: Goal },
  item: TreeItem,
  unpacked: string,
): Promise<string> {
  let entries = 0;
  await readItem(desk, folder, item, {
    step: `${item.type} ${item.name}`,
    reader: unpackStage(unpacked, goal),
    each: (chunk) => {
      for (const byte of chunk) if (byte === newline) entries += 1;
    },
  });
  const name = basename(item.facts.path);
  const found = readdirSync(unpacked);
  const content = join(unpacked, name);
  if (found.length !== 1 || found[0] !== name)
    throw differs(item, `it holds ${found.join(", ") || "nothing"} at its top, not ${name}`);
  const stat = lstatSync(content);
  if (item.type === "directory" ? !stat.isDirectory() : !stat.isFile())
    throw differs(item, `${name} is no ${item.type}`);
  if (entries !== item.facts.entries)
    throw differs(item, `${entries} entries came out of it, not ${item.facts.entries}`);
  await succeed(["sync", "--file-system", unpacked], { deadlineMs: syncMs, signal: desk.signal });
  syncDirectory(dirname(unpacked));
  return content;
}

/** GNU tar takes no `..` and no leading `/` of an archive, and makes links that lead out of the folder only when all else is there. */
function unpackStage(folder: string, goal: Goal): Stage {
  return {
    name: "tar",
    argv: [
      ...[
        "tar",
        "--extract",
        "--verbose",
        "--file=-",
        "--numeric-owner",
        ...ownerOption(goal),
        "--same-permissions",
        "--acls",
        "--xattrs",
      ],
      ...[
        "--xattrs-include=*",
        "--delay-directory-restore",
        "--quoting-style=escape",
        `--directory=${folder}`,
      ],
    ],
    env: tarEnvironment,
  };
}

function differs({ type, name }: TreeItem, why: string): Failure {
  return new Failure("RESTORE_DIFFERS", {
    message: `what was unpacked of the ${type} ${name} is not what was backed up`,
    why,
    remedy: "restore another backup (./scripts/restore-db.ts list); what stands in its place was not touched",
  });
}
