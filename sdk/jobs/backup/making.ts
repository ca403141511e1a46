import { join } from "node:path";
import { asFailure, Failure } from "../../core/errors/index.ts";
import { errnoOf, writeFailure } from "../../core/files/index.ts";
import type { Item } from "../../core/manifest/index.ts";
import { type Exit, type Stage, startPipeline } from "../../core/process/index.ts";
import type { BackupDesk } from "./desk.ts";
import { assertSame, type Decoded, startProof } from "./proof.ts";
import { rateOf } from "./rate.ts";
import { store } from "./store.ts";

/** What the items of one backup share. */
export interface Making {
  desk: BackupDesk;
  /** What the person is told is being done. */
  step: string;
  /** The folder that their files go to. */
  folder: string;
  /** Milliseconds that are left. */
  remainingMs: () => number;
  /** Told when the file is whole and on the disk. */
  proving: () => void;
  /** The same item of the last backup, for an estimate. */
  before: (type: Item["type"], name: string) => Item | undefined;
}

export interface Source {
  type: Item["type"];
  name: string;
  /** The file's name, without what compression and encryption add to it. */
  file: string;
  /** What prints the content. */
  stages: readonly Stage[];
  /** What understands the content, and reads all of it. */
  reader?: Stage | undefined;
  /** Ends the making early. */
  signal: AbortSignal;
}

type Common = Pick<Item, "name" | "file" | "bytes" | "sha256" | "compression" | "encryption">;

/** A file that was written, and not yet proven. */
export interface Made extends AsyncDisposable {
  common: Common;
  exits: readonly Exit[];
  /**
   * Reads it back from the disk and decodes it to its end.
   *
   * @throws Failure BACKUP_DAMAGED, COMMAND_FAILED
   */
  prove(): Promise<Decoded>;
}

/**
 * Four threads keep up with any server's dump, and pieces of 2 MiB bound what they hold: 25 MB together, where `-T0` takes
 * 25 MB for each processor that there is, and is no quicker.
 */
const compressor: Stage = { name: "zstd", argv: ["zstd", "-3", "-T4", "-B2MiB", "--quiet", "--stdout"] };

/**
 * Writes what a source prints, compressed and, where recipients are configured, encrypted. What is encrypted cannot be
 * decoded here afterwards: it is decoded while it is written, and only compared when it is read back.
 *
 * @throws Failure COMMAND_FAILED, DEADLINE_EXCEEDED, INTERRUPTED, NO_SPACE, BACKUP_FAILED
 */
export async function make(
  { desk, step, folder, remainingMs, proving, before }: Making,
  source: Source,
): Promise<Made> {
  const { encryptTo } = desk.configuration.backups;
  const encrypted = encryptTo.length > 0;
  const file = `${source.file}.zst${encrypted ? ".age" : ""}`;
  const path = join(folder, file);
  const options = () => ({ deadlineMs: remainingMs(), signal: source.signal, onLine: desk.report.tool });
  const proofNow = () => startProof(source.reader, options());
  const early = encrypted ? proofNow() : undefined;
  try {
    await using pipeline = startPipeline([...source.stages, compressor], options());
    const rate = rateOf(before(source.type, source.name)?.bytes);
    const stored = await store(pipeline.output, path, {
      encryptTo,
      tap: early?.write,
      each: (bytes) => rate(bytes, (text) => desk.report.rate(step, text)),
    }).catch((thrown: unknown) => {
      throw notStored(path, thrown);
    });
    const exits = await pipeline.settled();
    const common: Common = {
      name: source.name,
      file,
      ...stored,
      compression: "zstd",
      ...(encrypted ? { encryption: { scheme: "age", recipients: [...encryptTo] } } : {}),
    };
    return {
      common,
      exits,
      async prove() {
        proving();
        await using proof = early ?? proofNow();
        await assertSame(path, stored.sha256, encrypted ? undefined : proof.write);
        return await proof.end();
      },
      async [Symbol.asyncDispose]() {
        await early?.[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    await early?.[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** What the file system refused while a file of a backup was written. */
export function notStored(path: string, thrown: unknown): Failure {
  if (thrown instanceof Failure || errnoOf(thrown) === undefined) return asFailure(thrown);
  return writeFailure("BACKUP_FAILED", "the backup cannot be written", path, thrown);
}
