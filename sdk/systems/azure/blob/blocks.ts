import { createHash } from "node:crypto";

const smallest = 4 * 1024 * 1024;
/** Azure takes as many blocks for a blob, and not one more. */
const mostBlocks = 50_000;
const mebibyte = 1024 * 1024;

/** Bytes of a block: the same for a size each time, so that a later run finds its blocks again. */
export function blockBytes(size: number): number {
  return Math.max(smallest, Math.ceil(size / mostBlocks / mebibyte) * mebibyte);
}

export interface Block {
  /** Says which block of the blob it is, and what is in it: one that lies there under this id needs no sending. */
  id: string;
  /** Its MD5, by which the server sees whether it came over whole. */
  md5: Buffer;
  /** Valid until the work on the block has ended. */
  bytes: Uint8Array;
}

/** Ids of one blob must have one length, and 64 bytes at most. */
export function blockOf(index: number, bytes: Uint8Array): Block {
  const md5 = createHash("md5").update(bytes).digest();
  const id = Buffer.from(`${String(index).padStart(6, "0")}-${md5.toString("hex")}`).toString("base64");
  return { id, md5, bytes };
}
