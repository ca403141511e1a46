import {
  changeMode,
  changeOwner,
  close,
  emptyAttributes,
  hasAttribute,
  lookAtOpen,
  type OpenFile,
  openFileAt,
} from "../../../systems/tree/index.ts";
import type { BlockView, Change } from "../record/view.ts";

/** What was changed, as bits: nothing, the owner or group, the mode, or both. */
export const changed = { owner: 1, mode: 2 } as const;

/** The bits of what was changed, or why nothing was. */
export type Outcome = number | LeftOutcome;
export type LeftOutcome = "capabilities" | "hard-links" | "changed meanwhile";

const now = emptyAttributes();
const before: Change = { uid: 0, gid: 0, mode: 0 };
const after: Change = { uid: 0, gid: 0, mode: 0 };
const groupBits = 0o070;

/**
 * Opens the file, looks whether it is the very one that was judged, and changes it through what is open: whoever puts
 * something else in its place meanwhile has changed nothing.
 *
 * @param place where the change's record stands in the block
 * @param directory the open folder that the file lies in
 * @param mayHaveLinks whether a file with several names may be changed
 * @param really false for a plan, which looks at the same and changes nothing
 * @throws SystemCallError when the file is gone or may not be changed
 */
export function changeOne(
  block: BlockView,
  place: number,
  directory: number,
  mayHaveLinks: boolean,
  really: boolean,
): Outcome {
  block.read(place, before, after);
  openFileAt(directory, block.nameAddress(place), block.isSpecial(place), file);
  try {
    lookAtOpen(file.descriptor, now);
    if (!isAsJudged(block.inodeOf(place))) return "changed meanwhile";
    // A name that was added since may lie outside of the tree.
    if (now.kind === "file" && now.links > 1 && !mayHaveLinks) return "hard-links";
    const mode = withMaskKept(file, before.mode, after.mode);
    const owner = after.uid !== before.uid || after.gid !== before.gid;
    if (owner && now.kind === "file" && hasAttribute(file, "capabilities")) return "capabilities";
    if (really && owner) changeOwner(file, after.uid, after.gid);
    // A change of owner takes away the bits that make a program run as its owner, where the rule keeps them.
    const differs = mode !== before.mode || (owner && (mode & setIdBits) !== 0);
    if (really && differs) changeMode(file, mode);
    return (owner ? changed.owner : 0) | (mode === before.mode ? 0 : changed.mode);
  } finally {
    close(file.descriptor);
  }
}

const file: OpenFile = { descriptor: -1, nameOnly: false };
const setIdBits = 0o6000;

function isAsJudged(inode: number): boolean {
  return now.inode === inode && now.uid === before.uid && now.gid === before.gid && now.mode === before.mode;
}

/** In a file with an access control list the group's bits are the list's mask: they stay. */
export function withMaskKept(file: OpenFile, from: number, to: number): number {
  if (((from ^ to) & groupBits) === 0 || !hasAttribute(file, "accessList")) return to;
  return (to & ~groupBits) | (from & groupBits);
}
