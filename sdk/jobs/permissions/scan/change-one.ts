import {
  changeMode,
  changeOwner,
  close,
  type Directory,
  emptyAttributes,
  hasAttribute,
  lookAtOpen,
  type OpenFile,
  openFileAt,
} from "../../../systems/tree/index.ts";
import type { Rule } from "../policy/rule.ts";
import type { Block, Change } from "../record/block.ts";

/** A change that is written down, or about to be. */
export interface Waiting {
  directory: Directory<unknown>;
  descriptor: number;
  rule: Rule;
  ruleIndex: number;
  /** Where its record stands in the block. */
  place: number;
  special: boolean;
}

export type Outcome =
  | { owner: boolean; mode: boolean }
  | "right"
  | "capabilities"
  | "hard-links"
  | "changed meanwhile";

const now = emptyAttributes();
const before: Change = { uid: 0, gid: 0, mode: 0 };
const after: Change = { uid: 0, gid: 0, mode: 0 };
const groupBits = 0o070;

/**
 * Opens the file, looks whether it is the very one that was judged, and changes it through what is open: whoever puts
 * something else in its place meanwhile has changed nothing.
 *
 * @param really false for a plan, which looks at the same and changes nothing
 */
export function changeOne(
  block: Block,
  { descriptor, rule, place, special }: Waiting,
  really: boolean,
): Outcome {
  block.read(place, before, after);
  const file = openFileAt(descriptor, block.nameAddress(place), special);
  try {
    lookAtOpen(file.descriptor, now);
    if (!isAsJudged(block.inodeOf(place))) return "changed meanwhile";
    // A name that was added since may lie outside of the tree.
    if (now.kind === "file" && now.links > 1 && !rule.also.has("hard-links")) return "hard-links";
    const mode = withMaskKept(file, before.mode, after.mode);
    const owner = after.uid !== before.uid || after.gid !== before.gid;
    if (owner && now.kind === "file" && hasAttribute(file, "capabilities")) return "capabilities";
    if (!owner && mode === before.mode) return "right";
    if (really && owner) changeOwner(file, after.uid, after.gid);
    // A change of owner takes away the bits that make a program run as its owner, where the rule keeps them.
    const differs = mode !== before.mode || (owner && (mode & 0o6000) !== 0);
    if (really && differs) changeMode(file, mode);
    return { owner, mode: mode !== before.mode };
  } finally {
    close(file.descriptor);
  }
}

function isAsJudged(inode: number): boolean {
  return now.inode === inode && now.uid === before.uid && now.gid === before.gid && now.mode === before.mode;
}

/** In a file with an access control list the group's bits are the list's mask: they stay. */
export function withMaskKept(file: OpenFile, from: number, to: number): number {
  if (((from ^ to) & groupBits) === 0 || !hasAttribute(file, "accessList")) return to;
  return (to & ~groupBits) | (from & groupBits);
}
