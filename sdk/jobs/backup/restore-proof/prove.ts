import type { Configuration } from "../../../core/config/index.ts";
import { Failure } from "../../../core/errors/index.ts";
import { amendManifest, folderOf, type Item, type Manifest } from "../../../core/manifest/index.ts";
import { counted } from "../../../core/text/index.ts";
import type { Server } from "../../../systems/postgres/index.ts";
import { findServer } from "../database-server.ts";
import { type BackupDesk, backupsFolder } from "../desk.ts";
import type { Target } from "../targets.ts";
import { proveDatabase } from "./postgres.ts";
import { removeScratch } from "./scratch.ts";
import { proveSqlite } from "./sqlite.ts";

/**
 * Restores every database of a backup into a scratch database, compares what it holds with what was recorded in the
 * dump's own snapshot, and removes it. The manifest says so afterwards. Gives the databases' names; none when the backup
 * holds no database, and nothing is said then. The caller holds the lock.
 *
 * @throws Failure RESTORE_DIFFERS, BACKUP_DAMAGED, COMMAND_FAILED, DATABASE_*; CONFIG_INVALID for one that this host cannot open
 */
export async function proveByRestore(desk: BackupDesk, backup: Manifest): Promise<string[]> {
  const { configuration, report, signal, now } = desk;
  const databases = backup.items.filter(isDatabase);
  if (databases.length === 0) return [];
  assertOpen(databases);
  const folder = folderOf(backupsFolder(configuration), backup);
  const needsServer = databases.some(({ type }) => type === "postgres");
  const server = needsServer ? await findServer(configuration) : undefined;
  if (server !== undefined)
    await removeScratch({ configuration, signal, now: now(), warn: report.warn }, server);
  const endAt = performance.now() + desk.deadlineMs;
  const remainingMs = () => Math.max(1, endAt - performance.now());
  for (const item of databases) {
    const step = `restore of ${item.name}`;
    const began = performance.now();
    report.begin(step);
    const proof = { desk, backup: backup.id, folder, remainingMs };
    if (item.type === "sqlite") await proveSqlite(proof, item);
    else await proveDatabase(proof, needed(server), item);
    const provenSeconds = (performance.now() - began) / 1_000;
    report.proven(step, provenSeconds, `${counted(item.facts.tables.length, "table")} compared`);
  }
  const verified = { tier: "restore", at: now().toISOString() } as const;
  amendManifest(backupsFolder(configuration), backup.id, { verified });
  return databases.map(({ name }) => name);
}

/**
 * Refuses, before a backup is made, to prove by a restore what this host will not be able to open.
 *
 * @throws Failure CONFIG_INVALID
 */
export function assertProvable({ backups }: Configuration, targets: readonly Target[]): void {
  const database = targets.find(({ type }) => type === "postgres" || type === "sqlite");
  if (backups.encryptTo.length > 0 && database !== undefined) throw sealed(database.name);
}

export type DatabaseItem = Extract<Item, { type: "postgres" | "sqlite" }>;

function isDatabase(item: Item): item is DatabaseItem {
  return item.type === "postgres" || item.type === "sqlite";
}

function needed(server: Server | undefined): Server {
  if (server === undefined) throw new Error("a database without a server");
  return server;
}

function assertOpen(items: readonly DatabaseItem[]): void {
  const encrypted = items.find(({ encryption }) => encryption !== undefined);
  if (encrypted !== undefined) throw sealed(encrypted.name);
}

function sealed(name: string): Failure {
  return new Failure("CONFIG_INVALID", {
    message: "an encrypted backup cannot be proven by a restore on this host",
    why: `${name} is encrypted, and this host holds no key that opens it`,
    remedy: "verify it as far as decoding (--verify decode), and test restores where the identity is kept",
  });
}
