import { shownBytes } from "../../core/config/index.ts";
import type { Item } from "../../core/manifest/index.ts";

/** Below a megabyte a change says nothing. */
const worthBytes = 1_000_000;
const least = 0.1;

/** Whether so little of so much is left that some of it may have been away: a disk that is not mounted, an empty database. */
export function hasShrunk(now: Pick<Item, "rawBytes">, before: Pick<Item, "rawBytes">): boolean {
  return before.rawBytes >= worthBytes && now.rawBytes < before.rawBytes * least;
}

/**
 * What a person is told of an item that holds next to nothing of what it held; undefined where there is nothing to tell.
 *
 * @param before the same item of the last backup
 */
export function shrinkage({ type, name, rawBytes }: Item, before: Item | undefined): string | undefined {
  if (before === undefined || !hasShrunk({ rawBytes }, before)) return undefined;
  return `${type} ${name} holds ${shownBytes(rawBytes)}, and held ${shownBytes(before.rawBytes)} in the backup before: see that all of it was there`;
}
