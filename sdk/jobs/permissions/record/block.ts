import { createHash } from "node:crypto";
import type { Attributes, ReadName } from "../../../systems/tree/index.ts";
import { changeWords, headerBytes, kinds, magic, most32, moveWords, padded, specialBit } from "./format.ts";
import { type BlockView, type Change, viewOf } from "./view.ts";

/** One block of the record, while it is being filled. */
export interface Block {
  /** How many changes are in it. */
  readonly count: number;
  /** Whether so many bytes of names still fit, with what goes with them. */
  hasRoom(nameBytes: number): boolean;
  /** Whether it is to be written down before the kernel's next answer, all of which may have to go into it. */
  isFull(): boolean;
  addFolder(path: Uint8Array): void;
  /** Gives the record's place, by which the name is found again. */
  addChange(name: ReadName, file: Attributes, after: Change): number;
  addMove(from: Uint8Array, name: Uint8Array, to: Uint8Array, inode: number): void;
  readonly view: BlockView;
  /** Header and records, as they are written; good until the block is filled again. */
  sealed(): Uint8Array;
  clear(): void;
}

/** As large as a batch may be: some fifteen thousand changes, which the disk is waited for once. */
const blockBytes = 1024 * 1024;
/** An answer of the kernel has 256 KiB of names at most, which become 512 KiB of records. */
const fullBytes = 448 * 1024;
/** The longest path that a block must be able to hold beside them. */
export const longestPath = 48 * 1024;

/** An empty block, in memory that the thread which makes the changes shares. */
export function createBlock(): Block {
  const buffer = new SharedArrayBuffer(blockBytes);
  const bytes = new Uint8Array(buffer);
  const words = new Uint32Array(buffer);
  let [used, count] = [headerBytes, 0];
  const put = (text: Uint8Array) => {
    bytes.set(text, used);
    const end = used + padded(text.length + 1);
    bytes.fill(0, used + text.length, end);
    used = end;
  };
  const putWords = (...values: number[]) => {
    words.set(values, used / 4);
    used += values.length * 4;
  };
  return {
    get count() {
      return count;
    },
    hasRoom: (nameBytes) => used + nameBytes + 4 * (changeWords + moveWords + 2) < blockBytes,
    isFull: () => used > fullBytes,
    addFolder(path) {
      putWords(kinds.folder, path.length);
      put(path);
    },
    addChange(name, before, after) {
      const place = used / 4;
      words[place + 1] = before.uid;
      words[place + 2] = before.gid;
      words[place + 3] = before.mode;
      words[place + 4] = after.uid;
      words[place + 5] = after.gid;
      words[place + 6] = after.mode;
      words[place + 7] = before.inode % most32;
      words[place + 8] = before.inode / most32;
      const start = used + changeWords * 4;
      const length = name.copyTo(bytes, start);
      words[place] = kinds.change | (length << 8) | (before.kind === "special" ? specialBit : 0);
      used = start + padded(length + 1);
      bytes.fill(0, start + length, used);
      count += 1;
      return place;
    },
    addMove(from, name, to, inode) {
      putWords(kinds.move, from.length, name.length, to.length, inode % most32, inode / most32);
      for (const text of [from, name, to]) put(text);
      count += 1;
    },
    view: viewOf(buffer),
    sealed() {
      const records = bytes.subarray(headerBytes, used);
      words.set([magic, records.length, count, 0]);
      bytes.set(createHash("sha256").update(records).digest(), 16);
      return bytes.subarray(0, used);
    },
    clear() {
      [used, count] = [headerBytes, 0];
    },
  };
}
