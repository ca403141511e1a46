import { join } from "node:path";
import { Failure } from "../../../core/errors/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import { startPipeline } from "../../../core/process/index.ts";
import {
  accessTo,
  assertRoom,
  compare,
  connect,
  connectForMaintenance,
  createDatabase,
  dropDatabase,
  freshName,
  readEverything,
  readFacts,
  restoreStage,
  type Server,
} from "../../../systems/postgres/index.ts";
import type { BackupDesk } from "../desk.ts";
import { assertSame, decoder } from "../proof.ts";

const lookMs = 30_000;

export interface RestoreProof {
  desk: BackupDesk;
  backup: string;
  folder: string;
  remainingMs: () => number;
}

/**
 * Restores a dump into a database of a name that nobody knows, and compares it with what was recorded.
 *
 * @throws Failure NO_SPACE, RESTORE_DIFFERS, BACKUP_DAMAGED, COMMAND_FAILED, DATABASE_*
 */
export async function proveDatabase(
  proof: RestoreProof,
  server: Server,
  item: Extract<Item, { type: "postgres" }>,
): Promise<void> {
  const { desk, backup, remainingMs } = proof;
  const scratch = freshName(desk.now());
  await using session = await connectForMaintenance(server, {
    statementMs: remainingMs(),
    signal: desk.signal,
  });
  const unseen = await assertRoom(session, server, item, { deadlineMs: lookMs, signal: desk.signal });
  if (unseen !== undefined) desk.report.say(unseen);
  const remarks = await createDatabase(session, scratch, item.facts, {
    state: "restoring",
    project: desk.configuration.project,
    database: item.name,
    backup,
    at: desk.now().toISOString(),
  });
  for (const remark of remarks) desk.report.warn(remark);
  try {
    await fill(proof, server, item, scratch);
    await assertEqual(proof, server, item, scratch);
  } finally {
    // Not by the session above: an interruption has closed it.
    await using other = await connectForMaintenance(server, {});
    await dropDatabase(other, scratch);
  }
}

async function fill(
  { desk, folder, remainingMs }: RestoreProof,
  server: Server,
  item: Extract<Item, { type: "postgres" }>,
  scratch: string,
): Promise<void> {
  const options = { deadlineMs: remainingMs(), signal: desk.signal, onLine: desk.report.tool, fed: true };
  await using pipeline = startPipeline([decoder, restoreStage(server, scratch, {})], options);
  const printed = new Response(pipeline.output).text();
  printed.catch(() => {});
  await assertSame(join(folder, item.file), item.sha256, async (chunk) => {
    await pipeline.input.write(chunk);
  });
  await pipeline.input.close();
  await pipeline.settled();
}

async function assertEqual(
  { desk, remainingMs }: RestoreProof,
  server: Server,
  item: Extract<Item, { type: "postgres" }>,
  scratch: string,
): Promise<void> {
  const access = accessTo(server, scratch);
  await using session = await connect(access, { statementMs: remainingMs(), signal: desk.signal });
  await readEverything(session);
  await session.query("BEGIN READ ONLY");
  const { differences, remarks } = compare(item.facts, await readFacts(session));
  for (const remark of remarks) desk.report.warn(remark);
  if (differences.length > 0) throw differs(item.name, differences);
}

/** What is restored of a backup is not what was recorded when it was made. */
export function differs(name: string, differences: readonly string[]): Failure {
  return new Failure("RESTORE_DIFFERS", {
    message: `what the backup of ${name} restores to is not what was backed up`,
    why: differences.slice(0, 10).join("\n"),
    remedy: "keep the older backups, and find out why before you rely on this one",
    details: { differences: [...differences] },
  });
}
