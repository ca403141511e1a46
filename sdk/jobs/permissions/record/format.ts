/**
 * The record of changes, which undoing reads. It is written in blocks, each safe on the disk before what it speaks of is
 * changed. A block is a header of 48 bytes and its records, everything in little-endian words of 32 bits:
 *
 *     header   "SWPB", bytes of the records, count of the changes, 0, SHA-256 of the records
 *     folder   2, length of the path, the path                          the folder that the changes after it lie in
 *     change   1 | length of the name << 8 | no file and no folder << 24, old uid, gid, mode, new uid, gid, mode, inode (2 words), the name, 0
 *     move     3, lengths of the old folder, of the name and of the new folder, inode (2 words), the three
 *
 * Texts are padded with zeros to whole words.
 */
export const specialBit = 1 << 24;

/** How long the name of a change is, by its first word. */
export function lengthIn(word: number): number {
  return (word >>> 8) & 0xffff;
}

export const magic = 0x42505753;
export const headerBytes = 48;
export const kinds = { change: 1, folder: 2, move: 3 } as const;
export const changeWords = 9;
export const moveWords = 6;
export const most32 = 2 ** 32;

/** Bytes rounded up to whole words. */
export function padded(bytes: number): number {
  return (bytes + 3) & ~3;
}
