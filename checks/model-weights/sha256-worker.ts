import { readSync } from "node:fs";
import { messageOf } from "../../sdk/core/errors/index.ts";

declare const self: Worker;

export type Hashed = { digest: string } | { failed: string };

/** Big enough that asking for the pieces costs nothing beside hashing them. */
const pieceBytes = 1 << 20;

self.onmessage = ({ data }: MessageEvent<{ descriptor: number }>) => {
  self.postMessage(hashed(data.descriptor));
  // From outside it takes longer to be ended than by itself.
  process.exit();
};

/** Nobody else is on this thread, so it may wait for the disk. */
function hashed(descriptor: number): Hashed {
  try {
    const piece = Buffer.allocUnsafeSlow(pieceBytes);
    const hash = new Bun.CryptoHasher("sha256");
    const read = () => readSync(descriptor, piece, 0, pieceBytes, null);
    for (let bytes = read(); bytes > 0; bytes = read()) hash.update(piece.subarray(0, bytes));
    return { digest: hash.digest("hex") };
  } catch (thrown) {
    return { failed: messageOf(thrown) };
  }
}
