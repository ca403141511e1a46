import { createHash } from "node:crypto";
import { closeSync, fsync, openSync } from "node:fs";
import { promisify } from "node:util";
import { forgetCached, writeFully } from "../../core/files/index.ts";
import { encryptStream } from "../../systems/age/index.ts";

export interface Stored {
  bytes: number;
  /** Of the file as it lies on the disk, in hex. */
  sha256: string;
}

export interface StoreOptions {
  /** Recipients of age; none leaves the file as it comes. */
  encryptTo: readonly string[];
  /** Sees every chunk before it is encrypted. */
  tap?: ((chunk: Uint8Array) => Promise<void>) | undefined;
  /** Told how many bytes are in the file. */
  each?: ((bytes: number) => void) | undefined;
}

const sync = promisify(fsync);

/**
 * Writes a stream into a new file of mode 0600, hashed on the way, and waits until it is on the disk
 * and nowhere else.
 *
 * @throws the file system's own error, or the stream's.
 */
export async function store(
  stream: ReadableStream<Uint8Array>,
  path: string,
  { encryptTo, tap, each }: StoreOptions,
): Promise<Stored> {
  const seen = tap === undefined ? stream : stream.pipeThrough(tapped(tap));
  const source = encryptTo.length === 0 ? seen : await encryptStream(seen, encryptTo);
  const hash = createHash("sha256");
  const descriptor = openSync(path, "wx", 0o600);
  let bytes = 0;
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      writeFully(descriptor, chunk);
      bytes += chunk.length;
      each?.(bytes);
    }
    await sync(descriptor);
    forgetCached(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return { bytes, sha256: hash.digest("hex") };
}

function tapped(tap: (chunk: Uint8Array) => Promise<void>): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    async transform(chunk, controller) {
      await tap(chunk);
      controller.enqueue(chunk);
    },
  });
}
