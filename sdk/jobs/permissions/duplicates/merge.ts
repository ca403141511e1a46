import { messageOf } from "../../../core/errors/index.ts";
import { errnoOf } from "../../../core/files/index.ts";
import { cString } from "../../../core/libc/index.ts";
import {
  type Attributes,
  close,
  emptyAttributes,
  joined,
  lookAt,
  moveAt,
  openDirectoryAt,
  openFileAt,
  readNames,
} from "../../../systems/tree/index.ts";
import type { Block } from "../record/block.ts";
import type { ChangeRecord } from "../record/write.ts";
import { deny, duplicate, leave, type Tally } from "../tally.ts";
import { haveSameContent } from "./same-content.ts";

/** Two open folders, of which the first one's entries go to the second. */
export interface Pair {
  inner: number;
  innerPath: Uint8Array;
  outer: number;
  outerPath: Uint8Array;
}

export interface MergeOptions {
  tally: Tally;
  root: string;
  /** Undefined for a plan. */
  record: ChangeRecord | undefined;
  /** Where moves are gathered before they are written down. */
  block: Block;
  turn: () => Promise<void> | undefined;
}

const deepest = 64;
const [here, there] = [emptyAttributes(), emptyAttributes()];

/**
 * Moves what lies in one folder into the other, entry by entry, never over something that is there: folders of one name are
 * merged the same way, files of one name are compared and both kept. Nothing is removed, not even the folder left empty.
 */
export async function merge(pair: Pair, options: MergeOptions, depth = 0): Promise<void> {
  for (;;) {
    const names: Uint8Array[] = [];
    const more = readNames(pair.inner, (_, name) => void names.push(name.bytes()));
    if (!more) return;
    const free = names.filter((name) => isFree(name, pair));
    moveAll(free, pair, options);
    const isMoved = new Set(free);
    for (const name of names.filter((name) => !isMoved.has(name))) {
      await options.turn();
      await settle(name, pair, options, depth);
    }
    await options.turn();
  }
}

/** Whether a name may go up as it is: nothing is mounted on it, and nothing has it there. */
function isFree(name: Uint8Array, { inner, outer }: Pair): boolean {
  const ended = cString(name);
  return lookAt(inner, ended, here) && here.mountRoot !== true && !lookAt(outer, ended, there);
}

/** Writes the moves down, and makes them. */
function moveAll(
  names: readonly Uint8Array[],
  pair: Pair,
  { tally, root, record, block }: MergeOptions,
): void {
  const { inner, innerPath, outer, outerPath } = pair;
  if (record !== undefined && names.length > 0) {
    for (const name of names) {
      if (!block.hasRoom(innerPath.length + name.length + outerPath.length)) {
        record.append(block.sealed(), block.count);
        block.clear();
      }
      if (lookAt(inner, cString(name), here)) block.addMove(innerPath, name, outerPath, here.inode);
    }
    record.append(block.sealed(), block.count);
    block.clear();
  }
  for (const name of names) {
    const path = () => joined(innerPath, name);
    try {
      const moved = record === undefined || moveAt(inner, name, outer) === "moved";
      duplicate(tally, moved ? "moved" : "different", path, root);
    } catch (thrown) {
      if (errnoOf(thrown) === "EACCES" || errnoOf(thrown) === "EPERM") deny(tally, path, root);
      else leave(tally, "failed", path, root, messageOf(thrown));
    }
  }
}

/** Of a name that both have: folders are merged, files compared. */
async function settle(name: Uint8Array, pair: Pair, options: MergeOptions, depth: number): Promise<void> {
  const { tally, root } = options;
  const path = () => joined(pair.innerPath, name);
  const ended = cString(name);
  if (!lookAt(pair.inner, ended, here)) return;
  if (here.mountRoot === true) return leave(tally, "mount", path, root);
  const inner: Attributes = { ...here };
  if (!lookAt(pair.outer, ended, there)) return;
  const outer: Attributes = { ...there };
  if (inner.kind === "directory" && outer.kind === "directory" && depth < deepest) {
    return within(name, pair, options, depth);
  }
  const mayBeSame = inner.kind === "file" && outer.kind === "file" && inner.size === outer.size;
  const same = mayBeSame && (await filesAreSame(ended, pair, options));
  duplicate(tally, same ? "same" : "different", path, root);
}

async function within(name: Uint8Array, pair: Pair, options: MergeOptions, depth: number): Promise<void> {
  const inner = openDirectoryAt(pair.inner, name);
  const outer = openDirectoryAt(pair.outer, name);
  const innerPath = joined(pair.innerPath, name);
  const outerPath = joined(pair.outerPath, name);
  try {
    // `blue/blue/blue` would be merged into the very folder that is being emptied.
    if (Buffer.from(outerPath).equals(pair.innerPath))
      return leave(options.tally, "nested twice", () => innerPath, options.root);
    await merge({ inner, innerPath, outer, outerPath }, options, depth + 1);
  } finally {
    close(inner);
    close(outer);
  }
}

async function filesAreSame(
  name: Uint8Array,
  { inner, outer }: Pair,
  { turn }: MergeOptions,
): Promise<boolean> {
  const one = openFileAt(inner, name, false);
  try {
    const other = openFileAt(outer, name, false);
    try {
      return (
        !one.nameOnly && !other.nameOnly && (await haveSameContent(one.descriptor, other.descriptor, turn))
      );
    } finally {
      close(other.descriptor);
    }
  } finally {
    close(one.descriptor);
  }
}
