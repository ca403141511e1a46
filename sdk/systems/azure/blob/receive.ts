import type { BlobClient } from "@azure/storage-blob";
import { Failure } from "../../../core/errors/index.ts";
import { attempt } from "./attempts.ts";
import { buffersOf } from "./buffers.ts";
import { isMissing } from "./failures.ts";
import type { Transfer } from "./send.ts";

const rangeBytes = 4 * 1024 * 1024;
/** As many as are sent at once, for the same reason. */
const atOnce = 2;

/**
 * Reads a blob from its beginning to its end, in ranges of 4 MiB, some of them asked for ahead. All are of one state of
 * the blob. What is yielded is valid until the next is asked for.
 *
 * @throws Failure REMOTE_…, REMOTE_DAMAGED when the blob is not there or has another size
 */
export async function* receiveBlob(
  blob: BlobClient,
  bytes: number,
  transfer: Transfer,
): AsyncGenerator<Uint8Array> {
  const { size, etag } = await stateOf(blob, transfer);
  if (size !== bytes) throw damaged(blob, `it has ${size} bytes, not ${bytes}`);
  const buffers = buffersOf(rangeBytes);
  const stop = new AbortController();
  const signal = AbortSignal.any([transfer.signal, stop.signal]);
  const asked: Promise<{ part: Uint8Array; buffer: Uint8Array<ArrayBuffer> }>[] = [];
  let offset = 0;
  const ask = () => {
    const buffer = buffers.take();
    const [from, length] = [offset, Math.min(rangeBytes, bytes - offset)];
    const range = receiveRange(blob, buffer, { from, length, etag }, { ...transfer, signal });
    const one = range.then((part) => ({ part, buffer }));
    one.catch(() => undefined);
    asked.push(one);
    offset += length;
  };
  try {
    for (let read = 0; read < bytes; ) {
      while (asked.length < atOnce && offset < bytes) ask();
      const next = await asked.shift();
      if (next === undefined) break;
      read += next.part.length;
      yield next.part;
      buffers.giveBack(next.buffer);
    }
  } finally {
    stop.abort();
    await Promise.allSettled(asked);
  }
}

interface Range {
  from: number;
  length: number;
  etag: string | undefined;
}

async function receiveRange(
  blob: BlobClient,
  buffer: Uint8Array<ArrayBuffer>,
  { from, length, etag }: Range,
  { pace, signal, onBytes }: Transfer,
): Promise<Uint8Array> {
  const into = Buffer.from(buffer.buffer, 0, length);
  await attempt(`reading ${blob.name}`, pace, signal, (abortSignal) =>
    blob.downloadToBuffer(into, from, length, {
      abortSignal,
      conditions: etag === undefined ? {} : { ifMatch: etag },
      maxRetryRequestsPerBlock: 0,
      blockSize: length,
    }),
  );
  onBytes?.(length, "sent");
  return into;
}

async function stateOf(
  blob: BlobClient,
  { pace, signal }: Transfer,
): Promise<{ size: number | undefined; etag: string | undefined }> {
  return attempt(`looking for ${blob.name}`, pace, signal, async (abortSignal) => {
    try {
      const { contentLength, etag } = await blob.getProperties({ abortSignal });
      return { size: contentLength, etag };
    } catch (thrown) {
      throw isMissing(thrown) ? damaged(blob, "it is not there") : thrown;
    }
  });
}

function damaged(blob: BlobClient, why: string): Failure {
  return new Failure("REMOTE_DAMAGED", {
    message: `the remote file ${blob.name} is not the one that its manifest speaks of`,
    why,
    remedy: "restore another backup; the container's versions or soft delete may still have this one",
    details: { blob: blob.name },
  });
}
