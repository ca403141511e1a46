import type { Pointer } from "bun:ffi";
import { addressOf, behind } from "../../../core/libc/index.ts";
import { changeWords, lengthIn, most32, specialBit } from "./format.ts";

/** What is known of a file before and after. */
export interface Change {
  uid: number;
  gid: number;
  mode: number;
}

/** The changes of a block, by their places, as any thread may read them. */
export interface BlockView {
  readonly buffer: SharedArrayBuffer;
  /** Fills in what a change's record says. */
  read(place: number, before: Change, after: Change): void;
  inodeOf(place: number): number;
  isSpecial(place: number): boolean;
  nameOf(place: number): Uint8Array;
  /** Where the name of a change lies, as a C string. */
  nameAddress(place: number): Pointer;
}

/** Reads changes out of a block, by the places where they begin. */
export function viewOf(buffer: SharedArrayBuffer): BlockView {
  const bytes = new Uint8Array(buffer);
  const words = new Uint32Array(buffer);
  const address = addressOf(bytes);
  return {
    buffer,
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
  };
}
