import { join } from "node:path";
import { beginPartial, type Item } from "../../../core/manifest/index.ts";
import { startPipeline } from "../../../core/process/index.ts";
import { sqliteFacts } from "../../../systems/sqlite/index.ts";
import { backupsFolder } from "../desk.ts";
import { notStored } from "../making.ts";
import { assertSame, decoder } from "../proof.ts";
import { store } from "../store.ts";
import { differs, type RestoreProof } from "./postgres.ts";

/**
 * Decodes a copy of a SQLite database into a file of its own, reads it from end to end, and compares its tables.
 *
 * @throws Failure RESTORE_DIFFERS, BACKUP_DAMAGED, DATABASE_DAMAGED
 */
export async function proveSqlite(
  { desk, backup, folder, remainingMs }: RestoreProof,
  item: Extract<Item, { type: "sqlite" }>,
): Promise<void> {
  using scratch = beginPartial(backupsFolder(desk.configuration), backup, `proves ${backup}`);
  const path = join(scratch.path, "database");
  const options = { deadlineMs: remainingMs(), signal: desk.signal, onLine: desk.report.tool, fed: true };
  await using pipeline = startPipeline([decoder], options);
  const stored = store(pipeline.output, path, { encryptTo: [] }).catch((thrown: unknown) => {
    throw notStored(path, thrown);
  });
  stored.catch(() => {});
  await assertSame(join(folder, item.file), item.sha256, async (chunk) => {
    await pipeline.input.write(chunk);
  });
  await pipeline.input.close();
  // It knows why the program could print no more.
  await stored;
  await pipeline.settled();
  const { tables } = await sqliteFacts(path, { deadlineMs: remainingMs(), signal: desk.signal });
  const found = new Map(tables.map(({ name, rows }) => [name, rows]));
  const differences = item.facts.tables
    .filter(({ name, rows }) => found.get(name) !== rows)
    .map(
      ({ name, rows }) => `${name}: ${rows} rows were backed up, ${found.get(name) ?? "no table"} came back`,
    );
  if (differences.length > 0) throw differs(item.name, differences);
}
