import { amendManifest, folderOf, type Manifest } from "../../core/manifest/index.ts";
import { backupsFolder, findServer } from "../backup/index.ts";
import type { RestoreDesk, RestoreReport } from "./desk.ts";
import { beginJournal } from "./journal.ts";
import { choosePieces, type Piece } from "./piece.ts";
import { assertReadable } from "./read-item.ts";
import { memoized, restoreOne } from "./restore.ts";
import { settleLeftovers, settleOwn } from "./settle.ts";

/** What a run that holds the project's lock brings to a proof. */
export type ProofParts = Pick<RestoreDesk, "configuration" | "signal"> & {
  report: Pick<RestoreReport, "say" | "warn" | "tool">;
};

/** The longest that a proof may take. */
const longestMs = 12 * 3_600_000;

/**
 * Proves a backup by what it is for: restores each of its databases where nobody looks, compares it with what was recorded in
 * the snapshot, and removes it again. Its manifest then says so. Gives what was restored; nothing where it holds no database.
 *
 * @throws Failure as `restoreBackup` does; nothing is left of it, or the next restore clears it away.
 */
export async function proveByRestore(parts: ProofParts, backup: Manifest): Promise<string[]> {
  const backups = backupsFolder(parts.configuration);
  const databases = choosePieces(parts.configuration, backup, {}).filter(isDatabase);
  if (databases.length === 0) return [];
  using desk = openProofDesk(parts);
  const folder = folderOf(backups, backup);
  for (const { item } of databases) assertReadable(desk, folder, item);
  const server = memoized(() => findServer(desk.configuration));
  await settleLeftovers(desk, server);
  try {
    const run = { desk, backup: backup.id, folder, goal: { kind: "beside", as: undefined } } as const;
    for (const piece of databases) await restoreOne(run, piece, server);
  } finally {
    await settleOwn(desk, server);
  }
  amendManifest(backups, backup.id, { verified: { tier: "restore", at: desk.now().toISOString() } });
  return databases.map(({ item }) => item.name);
}

function isDatabase({ item }: Piece): boolean {
  return item.type === "postgres" || item.type === "sqlite";
}

function openProofDesk({ configuration, signal, report }: ProofParts): RestoreDesk & Disposable {
  const endAt = performance.now() + longestMs;
  const journal = beginJournal(configuration, new Date());
  const nothing = () => {};
  return {
    configuration,
    signal,
    journal,
    // What opens encrypted backups is kept elsewhere, or the host could open them all.
    identities: [],
    report: { ...report, begin: nothing, rate: nothing, end: nothing },
    remainingMs: () => Math.max(1, endAt - performance.now()),
    now: () => new Date(),
    [Symbol.dispose]: () => journal.close(),
  };
}
