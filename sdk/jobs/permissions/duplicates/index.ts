import { existsSync } from "node:fs";
import { messageOf } from "../../../core/errors/index.ts";
import { errnoOf } from "../../../core/files/index.ts";
import { close, openDirectory } from "../../../systems/tree/index.ts";
import type { Mounts } from "../mounts.ts";
import type { Policy } from "../policy/policy.ts";
import { withinRoot } from "../tally.ts";
import { isLive } from "./live.ts";
import { type MergeOptions, merge } from "./merge.ts";

export { isLive };

/** The folders that are there, and lie in one of the same name. */
export function nestedFolders({ nested }: Policy): Policy["nested"] {
  return nested.filter(({ inner }) => existsSync(inner));
}

/** Moves what lies in such folders up, where no container uses the inner one as a place of its own. */
export async function mergeNested(
  found: Policy["nested"],
  mounts: Mounts,
  options: MergeOptions,
): Promise<void> {
  const { tally, root } = options;
  for (const { outer, inner } of found) {
    const shown = withinRoot(Buffer.from(inner), root);
    if (!mounts.known) {
      tally.warnings.push(
        `${shown} lies in a folder of the same name, and is left: nobody can tell what containers mount (${mounts.why})`,
      );
    } else if (isLive(inner, mounts)) {
      tally.duplicates.live.push(shown);
    } else {
      await mergeOne(outer, inner, shown, options);
    }
  }
}

async function mergeOne(outer: string, inner: string, shown: string, options: MergeOptions): Promise<void> {
  const open: number[] = [];
  try {
    const [outerPath, innerPath] = [Buffer.from(outer), Buffer.from(inner)];
    open.push(openDirectory(outerPath), openDirectory(innerPath));
    const [outerDescriptor = -1, innerDescriptor = -1] = open;
    await merge({ outer: outerDescriptor, outerPath, inner: innerDescriptor, innerPath }, options);
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === undefined) throw thrown;
    options.tally.warnings.push(
      `${shown} lies in a folder of the same name, and is left (${messageOf(thrown)})`,
    );
  } finally {
    open.forEach(close);
  }
}
