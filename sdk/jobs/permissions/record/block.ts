import type { Pointer } from "bun:ffi";
import { createHash } from "node:crypto";
import { behind, lastingMemory } from "../../../core/libc/index.ts";
import type { Attributes, ReadName } from "../../../systems/tree/index.ts";
import {
  changeWords,
  headerBytes,
  kinds,
  lengthIn,
  magic,
  most32,
  moveWords,
  padded,
  specialBit,
} from "./format.ts";

/** What is known of a file before and after. */
export interface Change {
  uid: number;
  gid: number;
  mode: number;
}

/** One block of the record, while it is being filled. */
export interface Block {
  /** How many changes are in it. */
  readonly count: number;
  /** Whether so many bytes of names still fit, with what goes with them. */
  hasRoom(nameBytes: number): boolean;
  addFolder(path: Uint8Array): void;
  /** Gives the record's place, by which the name is found again. */
  addChange(name: ReadName, file: Attributes, after: Change): number;
  /** Fills in what a change's record says. */
  read(place: number, before: Change, after: Change): void;
  addMove(from: Uint8Array, name: Uint8Array, to: Uint8Array, inode: number): void;
  inodeOf(place: number): number;
  isSpecial(place: number): boolean;
  nameOf(place: number): Uint8Array;
  /** Where the name of a change lies, as a C string. */
  nameAddress(place: number): Pointer;
  /** Header and records, as they are written; good until the block is filled again. */
  sealed(): Uint8Array;
  clear(): void;
}

/** As large as a batch may be: some fifteen thousand changes, which the disk is waited for once. */
const blockBytes = 1024 * 1024;
/** The largest path and name that a block must be able to hold beside its other records. */
export const longestPath = 256 * 1024;

export function createBlock(): Block {
  const { buffer, address } = lastingMemory(blockBytes);
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
    read(place, before, after) {
      before.uid = words[place + 1] ?? 0;
      before.gid = words[place + 2] ?? 0;
      before.mode = words[place + 3] ?? 0;
      after.uid = words[place + 4] ?? 0;
      after.gid = words[place + 5] ?? 0;
      after.mode = words[place + 6] ?? 0;
    },
    inodeOf: (place) => (words[place + 7] ?? 0) + (words[place + 8] ?? 0) * most32,
    isSpecial: (place) => ((words[place] ?? 0) & specialBit) !== 0,
    nameOf(place) {
      const start = (place + changeWords) * 4;
      return bytes.slice(start, start + lengthIn(words[place] ?? 0));
    },
    nameAddress: (place) => behind(address, (place + changeWords) * 4),
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
