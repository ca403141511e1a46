import { read } from "node:fs";
import { promisify } from "node:util";

/** Big enough that asking for the pieces costs nothing beside what is done with them. */
const pieceBytes = 1 << 20;

const readInto = promisify(read);

/**
 * What a file or a pipe holds, piece by piece, from where it stands to its end. All come in one buffer, so that however
 * much there is takes no more memory: a piece is only good until the next one is asked for.
 *
 * Waiting for a pipe takes one of the two threads that Bun has for files, so one pipe at a time may be read so.
 *
 * @throws the file system's own error.
 */
export async function* piecesOf(descriptor: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(pieceBytes);
  for (;;) {
    const { bytesRead } = await readInto(descriptor, buffer, 0, pieceBytes, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
