import { readSync } from "node:fs";

const chunkBytes = 1024 * 1024;

/** Compares two open files of one size piece by piece, in the memory of two pieces. */
export async function haveSameContent(
  one: number,
  other: number,
  turn: () => Promise<void> | undefined,
): Promise<boolean> {
  const [first, second] = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)];
  for (let position = 0; ; ) {
    const [read, readToo] = [fill(one, first, position), fill(other, second, position)];
    if (read !== readToo || !first.subarray(0, read).equals(second.subarray(0, read))) return false;
    if (read < chunkBytes) return true;
    position += read;
    await turn();
  }
}

function fill(descriptor: number, buffer: Buffer, position: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const more = readSync(descriptor, buffer, filled, buffer.length - filled, position + filled);
    if (more === 0) break;
    filled += more;
  }
  return filled;
}
