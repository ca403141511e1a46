import { changeWords, kinds, lengthIn, most32, moveWords, padded } from "./format.ts";
import type { Change } from "./view.ts";

export type RecordEntry =
  | { kind: "change"; folder: Uint8Array; name: Uint8Array; inode: number; before: Change; after: Change }
  | { kind: "move"; from: Uint8Array; name: Uint8Array; to: Uint8Array; inode: number };

/** What stands in the records of a block, in their order. */
export function entriesOf(block: Buffer): RecordEntry[] {
  const entries: RecordEntry[] = [];
  let folder: Uint8Array = new Uint8Array();
  let at = 0;
  const word = (index: number) => block.readUInt32LE(at + index * 4);
  const text = (length: number) => {
    const bytes = block.subarray(at, at + length);
    at += padded(length + 1);
    return bytes;
  };
  while (at < block.length) {
    const kind = word(0) & 0xff;
    if (kind === kinds.folder) {
      const length = word(1);
      at += 8;
      folder = text(length);
    } else if (kind === kinds.change) {
      const length = lengthIn(word(0));
      const before = { uid: word(1), gid: word(2), mode: word(3) };
      const after = { uid: word(4), gid: word(5), mode: word(6) };
      const inode = word(7) + word(8) * most32;
      at += changeWords * 4;
      entries.push({ kind: "change", folder, name: text(length), inode, before, after });
    } else {
      const [from, name, to] = [word(1), word(2), word(3)];
      const inode = word(4) + word(5) * most32;
      at += moveWords * 4;
      entries.push({ kind: "move", from: text(from), name: text(name), to: text(to), inode });
    }
  }
  return entries;
}
