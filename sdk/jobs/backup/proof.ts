import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { Failure } from "../../core/errors/index.ts";
import { piecesOf } from "../../core/files/index.ts";
import { openPipe, type PipelineOptions, type Stage, startPipeline } from "../../core/process/index.ts";

/** Decodes a backup's file to its end, and has its reader read all that comes of it. */
export interface Proof extends AsyncDisposable {
  /** Takes the next bytes of the file, before encryption. */
  write: (chunk: Uint8Array) => Promise<void>;
  /**
   * Waits until everything has been read.
   *
   * @throws Failure COMMAND_FAILED when the decoder or the reader found damage.
   */
  end(): Promise<Decoded>;
}

export interface Decoded {
  /** Bytes that came out of the decoder. */
  rawBytes: number;
  /** The last bytes of them. */
  tail: Buffer;
  /** Lines that the reader printed. */
  lines: number;
}

/** What undoes the compression of every file. */
export const decoder: Stage = { name: "zstd", argv: ["zstd", "--decompress", "--quiet", "--stdout"] };
const tailBytes = 256;
const newline = 0x0a;

/** @param reader the program that understands what is inside; without one, decoding is all. */
export function startProof(reader: Stage | undefined, options: Omit<PipelineOptions, "fed">): Proof {
  // Before anything that would be left open if there is no such program.
  const reading = reader === undefined ? undefined : startPipeline([reader], { ...options, fed: true });
  const pipe = openPipe();
  const decoding = startPipeline([decoder], { ...options, fed: true, printTo: pipe.writeEnd });
  pipe.endWriting();
  const lines = countLines(reading?.output);
  const passed = (async () => {
    let rawBytes = 0;
    let tail: Buffer = Buffer.alloc(0);
    for await (const chunk of piecesOf(pipe.readEnd)) {
      rawBytes += chunk.length;
      tail = Buffer.concat([tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
      await reading?.input.write(chunk);
    }
    await reading?.input.close();
    return { rawBytes, tail };
  })();
  // Whoever ends it early does not wait for these.
  passed.catch(() => {});
  lines.catch(() => {});
  return {
    async write(chunk) {
      await decoding.input.write(chunk);
    },
    async end() {
      await decoding.input.close();
      const [decoded, count] = await Promise.all([passed, lines]);
      await decoding.settled();
      await reading?.settled();
      return { ...decoded, lines: count };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([decoding[Symbol.asyncDispose](), reading?.[Symbol.asyncDispose]()]);
      await passed.catch(() => {});
      pipe[Symbol.dispose]();
    },
  };
}

async function countLines(output: ReadableStream<Uint8Array> | undefined): Promise<number> {
  let count = 0;
  for await (const chunk of output ?? []) for (const byte of chunk) if (byte === newline) count += 1;
  return count;
}

/**
 * Reads a file again from the disk, and hashes it.
 *
 * @throws Failure BACKUP_DAMAGED when it is not what was written.
 */
export async function assertSame(
  path: string,
  sha256: string,
  each: (chunk: Uint8Array) => Promise<void> = async () => {},
): Promise<void> {
  const hash = createHash("sha256");
  await using file = await open(path);
  for await (const piece of piecesOf(file.fd)) {
    hash.update(piece);
    await each(piece);
  }
  if (hash.digest("hex") === sha256) return;
  throw new Failure("BACKUP_DAMAGED", {
    message: `${path} is not what was written into it`,
    why: "its SHA-256 is another one",
    remedy: "look at the disk that it lies on (dmesg, smartctl), and back up to another one",
    details: { path, sha256 },
  });
}
