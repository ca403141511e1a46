import { shownBytes } from "../../core/config/index.ts";
import type { Item } from "../../core/manifest/index.ts";

/** Below a megabyte a change says nothing. */
const worthBytes = 1_000_000;
const least = 0.1;

/**
 * What a person is told of an item that holds next to nothing of what it held: a disk that is not mounted leaves an empty folder,
 * of which a backup succeeds, and backups of it let the good ones go in the end. Undefined where there is nothing to tell.
 *
 * @param before the same item of the last backup
 */
export function shrinkage({ type, name, rawBytes }: Item, before: Item | undefined): string | undefined {
  if (before === undefined || before.rawBytes < worthBytes || rawBytes >= before.rawBytes * least)
    return undefined;
  return `${type} ${name} holds ${shownBytes(rawBytes)}, and held ${shownBytes(before.rawBytes)} in the backup before: see that all of it was there; the next backups will let the older ones go`;
}
