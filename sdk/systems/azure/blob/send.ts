import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { BlockBlobClient } from "@azure/storage-blob";
import { Failure } from "../../../core/errors/index.ts";
import { forEachAtOnce } from "./at-once.ts";
import { attempt, type Pace } from "./attempts.ts";
import { type Block, blockBytes, blockOf } from "./blocks.ts";
import { type Buffers, buffersOf } from "./buffers.ts";
import { isMissing, isTaken } from "./failures.ts";

/** The sockets keep what they send for a while: four at once took 240 MB, and go on growing; two stay under 180 MB. */
const atOnce = 2;

export interface LocalFile {
  path: string;
  bytes: number;
  /** In hex. */
  sha256: string;
}

export interface Transfer {
  pace: Pace;
  signal: AbortSignal;
  /** Told of bytes as they are dealt with: gone over the wire now, or found to be there already. */
  onBytes?: ((bytes: number, way: "sent" | "found") => void) | undefined;
}

/**
 * Brings a file into a blob that does not exist yet: block by block, each with its MD5, and made visible at once when
 * all of them are there and the file was what its SHA-256 says. Blocks that an earlier run left are used again. A blob
 * of that name that exists already is left as it is; whether it is this file, whoever reads it back finds out.
 *
 * @returns whether the blob was made now
 * @throws Failure REMOTE_…, BACKUP_DAMAGED when the file on this host is not what it should be
 */
export async function sendFile(
  blob: BlockBlobClient,
  file: LocalFile,
  transfer: Transfer,
): Promise<"sent" | "was there"> {
  if (await exists(blob, transfer)) {
    transfer.onBytes?.(file.bytes, "found");
    return "was there";
  }
  const present = await uncommittedBlocks(blob, transfer);
  const buffers = buffersOf(blockBytes(file.bytes));
  const ids: string[] = [];
  const md5 = createHash("md5");
  const blocks = readBlocks(file, buffers, (block) => {
    ids.push(block.id);
    md5.update(block.bytes);
  });
  await forEachAtOnce(blocks, atOnce, transfer.signal, async ({ block, buffer }, signal) => {
    const way = present.get(block.id) === block.bytes.length ? "found" : "sent";
    if (way === "sent") await stage(blob, block, { ...transfer, signal });
    transfer.onBytes?.(block.bytes.length, way);
    buffers.giveBack(buffer);
  });
  return commit(blob, ids, md5.digest(), transfer);
}

async function exists(blob: BlockBlobClient, { pace, signal }: Transfer): Promise<boolean> {
  return attempt(`looking for ${blob.name}`, pace, signal, (abortSignal) =>
    blob.getProperties({ abortSignal }).then(
      () => true,
      (thrown: unknown) => {
        if (isMissing(thrown)) return false;
        throw thrown;
      },
    ),
  );
}

/** The bytes of each block that was sent and is part of no blob yet, by its id. */
async function uncommittedBlocks(
  blob: BlockBlobClient,
  { pace, signal }: Transfer,
): Promise<Map<string, number>> {
  return attempt(`reading the blocks of ${blob.name}`, pace, signal, async (abortSignal) => {
    try {
      const { uncommittedBlocks: blocks = [] } = await blob.getBlockList("uncommitted", { abortSignal });
      return new Map(blocks.map(({ name, size }) => [name, size]));
    } catch (thrown) {
      if (isMissing(thrown)) return new Map<string, number>();
      throw thrown;
    }
  });
}

interface Read {
  block: Block;
  buffer: Uint8Array<ArrayBuffer>;
}

async function* readBlocks(
  file: LocalFile,
  buffers: Buffers,
  each: (block: Block) => void,
): AsyncGenerator<Read> {
  const sha256 = createHash("sha256");
  await using handle = await open(file.path, "r");
  const { size } = await handle.stat();
  if (size !== file.bytes) throw changed(file, `it has ${size} bytes, not ${file.bytes}`);
  for (let index = 0, offset = 0; offset < size; index += 1) {
    const buffer = buffers.take();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - offset), offset);
    if (bytesRead === 0) throw changed(file, "it became shorter while it was read");
    const block = blockOf(index, buffer.subarray(0, bytesRead));
    sha256.update(block.bytes);
    each(block);
    yield { block, buffer };
    offset += bytesRead;
  }
  if (sha256.digest("hex") !== file.sha256) throw changed(file, "its SHA-256 is another");
}

async function stage(
  blob: BlockBlobClient,
  { id, md5, bytes }: Block,
  { pace, signal }: Transfer,
): Promise<void> {
  await attempt(`sending a block of ${blob.name}`, pace, signal, (abortSignal) =>
    blob.stageBlock(id, bytes, bytes.length, { transactionalContentMD5: md5, abortSignal }),
  );
}

/** An answer that was lost makes the second try find the blob of the first: it counts as one that was there. */
async function commit(
  blob: BlockBlobClient,
  ids: string[],
  md5: Uint8Array,
  { pace, signal }: Transfer,
): Promise<"sent" | "was there"> {
  return attempt(`publishing ${blob.name}`, pace, signal, async (abortSignal) => {
    try {
      await blob.commitBlockList(ids, {
        abortSignal,
        conditions: { ifNoneMatch: "*" },
        blobHTTPHeaders: { blobContentMD5: md5, blobContentType: "application/octet-stream" },
      });
      return "sent";
    } catch (thrown) {
      if (isTaken(thrown)) return "was there";
      throw thrown;
    }
  });
}

function changed({ path }: LocalFile, why: string): Failure {
  return new Failure("BACKUP_DAMAGED", {
    message: `${path} is not the file that its manifest speaks of`,
    why,
    remedy: "make a new backup; this one is not sent anywhere",
    details: { path },
  });
}
