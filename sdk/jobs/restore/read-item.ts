import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../core/errors/index.ts";
import type { Item } from "../../core/manifest/index.ts";
import { type Exit, type Stage, startPipeline } from "../../core/process/index.ts";
import { decryptStream } from "../../systems/age/index.ts";
import { decoder, rateOf } from "../backup/index.ts";
import type { RestoreDesk } from "./desk.ts";

export interface Reading {
  step: string;
  /** Reads what was backed up; without it, `each` gets it. */
  reader?: Stage | undefined;
  /** Gets what the reader prints. */
  each?: ((chunk: Uint8Array) => void) | undefined;
}

/**
 * Decrypts and decodes a backup's file, and hands it to a reader. The file is hashed meanwhile: what was restored is good
 * only if this returns.
 *
 * @throws Failure BACKUP_DAMAGED, DECRYPTION_FAILED, COMMAND_FAILED, DEADLINE_EXCEEDED, INTERRUPTED, and whatever `each` throws
 */
export async function readItem(
  desk: RestoreDesk,
  folder: string,
  item: Item,
  { step, reader, each }: Reading,
): Promise<Exit[]> {
  const stages = reader === undefined ? [decoder] : [decoder, reader];
  const options = {
    deadlineMs: desk.remainingMs(),
    signal: desk.signal,
    fed: true,
    onLine: (program: string, line: string) => desk.report.tool(program, line),
  };
  await using pipeline = startPipeline(stages, options);
  let refused: { thrown: unknown } | undefined;
  const printed = (async () => {
    for await (const chunk of pipeline.output) each?.(chunk);
  })().catch((thrown: unknown) => {
    refused = { thrown };
  });
  const hash = createHash("sha256");
  const rate = rateOf(item.bytes);
  let bytes = 0;
  const file = Bun.file(join(folder, item.file)).stream();
  const hashed = file.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        hash.update(chunk);
        bytes += chunk.length;
        rate(bytes, (text) => desk.report.rate(step, text));
        controller.enqueue(chunk);
      },
    }),
  );
  const plain = item.encryption === undefined ? hashed : await decryptStream(hashed, desk.identities);
  let taken = true;
  for await (const chunk of plain) {
    taken = await pipeline.input.write(chunk);
    if (!taken) break;
  }
  await pipeline.input.close();
  // A reader that went before the end has its own words for why, unless the file is what it stumbled over.
  if (taken && hash.digest("hex") !== item.sha256) throw damaged(item, "its SHA-256 is another one");
  await printed;
  // The program that could print no more knows nothing of why.
  if (refused !== undefined) throw refused.thrown;
  return await pipeline.settled();
}

/**
 * Sees, before anything is changed, that a file is there in its full length, and can be opened.
 *
 * @throws Failure BACKUP_DAMAGED, IDENTITY_NEEDED
 */
export function assertReadable(desk: Pick<RestoreDesk, "identities">, folder: string, item: Item): void {
  const size = statSync(join(folder, item.file), { throwIfNoEntry: false })?.size;
  if (size === undefined) throw damaged(item, "it is missing");
  if (size !== item.bytes) throw damaged(item, `it has ${size} bytes, and had ${item.bytes}`);
  if (item.encryption === undefined || desk.identities.length > 0) return;
  throw new Failure("IDENTITY_NEEDED", {
    message: `${item.type} ${item.name} of this backup is encrypted`,
    why: `it was encrypted to ${item.encryption.recipients.join(", ")}`,
    remedy: "name the file with the identity of one of these: --identity FILE",
  });
}

function damaged(item: Item, why: string): Failure {
  return new Failure("BACKUP_DAMAGED", {
    message: `the backup's file ${item.file} is not what was written into it`,
    why,
    remedy:
      "restore another backup (./scripts/restore-db.ts list), or the remote copy of this one: --from blob",
    details: { file: item.file },
  });
}
