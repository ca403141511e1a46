import { createReadStream } from "node:fs";
import { messageOf } from "../../sdk/core/errors/index.ts";

declare const self: Worker;

export type Hashed = { digest: string } | { failed: string };

/** Big enough that asking for the pieces costs nothing beside hashing them. */
const pieceBytes = 1 << 20;

self.onmessage = ({ data }: MessageEvent<{ path: string }>) => {
  void hashed(data.path)
    .catch((thrown: unknown): Hashed => ({ failed: messageOf(thrown) }))
    .then((answer) => {
      self.postMessage(answer);
      // From outside it takes longer to be ended than by itself.
      process.exit();
    });
};

async function hashed(path: string): Promise<Hashed> {
  const hash = new Bun.CryptoHasher("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) hash.update(piece);
  return { digest: hash.digest("hex") };
}
