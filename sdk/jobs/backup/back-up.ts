import { hostname } from "node:os";
import { Failure } from "../../core/errors/index.ts";
import { errnoOf, writeFailure } from "../../core/files/index.ts";
import {
  type BackupKind,
  beginPartial,
  clearPartials,
  type Item,
  type Manifest,
  manifestFormat,
  newBackupId,
  ownBackups,
} from "../../core/manifest/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { Server } from "../../systems/postgres/index.ts";
import { findServer } from "./database-server.ts";
import { type BackupDesk, backupsFolder, type Took } from "./desk.ts";
import { fileNameFor } from "./file-name.ts";
import { backUpGlobals } from "./items/globals.ts";
import { backUpDatabase } from "./items/postgres.ts";
import { backUpSqlite } from "./items/sqlite.ts";
import { backUpTree } from "./items/tree.ts";
import type { Making } from "./making.ts";
import { shrinkage } from "./shrunk.ts";
import { assertSpace, expectedBytes, lastItem } from "./space.ts";
import { chosenTargets, type Target } from "./targets.ts";
import { toolVersion } from "./tool-version.ts";

/** What a backup is made for. */
export interface Occasion {
  kind: BackupKind;
  /** One database only; everything that the configuration names otherwise. */
  database?: string | undefined;
  /** What serves now, where that is known. */
  release?: string | undefined;
  environment?: Environment | undefined;
  deployment?: { run: string; release: string } | undefined;
}

/** A backup that there is now, and how long each of its items took. */
export interface MadeBackup {
  backup: Manifest;
  times: readonly (Took & { item: string })[];
}

/**
 * Makes one backup of all that is to be backed up, proves that it decodes, and publishes it. The caller holds the lock.
 *
 * @throws Failure; there is no new backup then, and those that there were stand as they did.
 */
export async function backUp(desk: BackupDesk, occasion: Occasion): Promise<MadeBackup> {
  const { configuration, report, now } = desk;
  const targets = chosenTargets(configuration, occasion.database);
  const backups = backupsFolder(configuration);
  const left = inFolder(backups, () => clearPartials(backups));
  if (left.length > 0) report.warn(`cleared what a run that was cut off had left: ${left.join(", ")}`);
  const earlier = inFolder(backups, () => ownBackups(backups, configuration.project));
  inFolder(backups, () => assertSpace(backups, expectedBytes(targets, earlier)));
  const startedAt = now();
  const endAt = performance.now() + desk.deadlineMs;
  const id = newBackupId(startedAt);
  using folder = inFolder(backups, () => beginPartial(backups, id, `makes the backup ${id}`));
  const making: Making = {
    desk,
    step: "",
    folder: folder.path,
    proving: () => {},
    remainingMs: () => Math.max(1, endAt - performance.now()),
    before: (type, name) => lastItem(earlier, type, name),
  };
  const made = await backUpAll(making, targets);
  const endedAt = now().toISOString();
  const { release, environment, deployment } = occasion;
  const manifest: Manifest = {
    format: manifestFormat,
    id,
    project: configuration.project,
    kind: occasion.kind,
    startedAt: startedAt.toISOString(),
    endedAt,
    tool: toolVersion(),
    host: hostname(),
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
    ...(deployment === undefined ? {} : { deployment }),
    items: made.map(({ item }) => item),
    verified: { tier: "decode", at: endedAt },
    pinned: false,
    uploaded: [],
  };
  desk.signal.throwIfAborted();
  inFolder(backups, () => folder.publish(manifest));
  return { backup: manifest, times: made.map(({ item, took }) => ({ item: item.name, ...took })) };
}

/** Does something in the folder of backups, and says of what the file system refuses what a person can do. */
function inFolder<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof Failure || errnoOf(thrown) === undefined) throw thrown;
    throw writeFailure("BACKUP_FAILED", `no backup can be made in ${folder}`, folder, thrown);
  }
}

/** One after the other: each of them has all processors and the whole disk already. */
async function backUpAll(making: Making, targets: readonly Target[]): Promise<{ item: Item; took: Took }[]> {
  const { report, configuration } = making.desk;
  const needsServer = targets.some(({ type }) => type === "postgres" || type === "globals");
  const server = needsServer ? await findServer(configuration) : undefined;
  const made: { item: Item; took: Took }[] = [];
  for (const [index, target] of targets.entries()) {
    const step = `${target.type} ${target.name}`;
    const began = performance.now();
    report.begin(step);
    let whole = began;
    const proving = () => {
      whole = performance.now();
    };
    const item = await backUpOne({ ...making, step, proving }, target, server, index + 1);
    const took = {
      rawBytes: item.rawBytes,
      bytes: item.bytes,
      madeSeconds: (whole - began) / 1_000,
      provenSeconds: (performance.now() - whole) / 1_000,
    };
    made.push({ item, took });
    report.end(step, took);
    const shrunk = shrinkage(item, making.before(item.type, item.name));
    if (shrunk !== undefined) report.warn(shrunk);
  }
  return made;
}

function backUpOne(
  making: Making,
  target: Target,
  server: Server | undefined,
  number: number,
): Promise<Item> {
  const file = (ending: string) => fileNameFor(number, target.name, ending);
  switch (target.type) {
    case "postgres":
      return backUpDatabase(making, needed(server), target.name, file("dump"));
    case "globals":
      return backUpGlobals(making, needed(server), target, file("sql"));
    case "sqlite":
      return backUpSqlite(making, target, file("sqlite"));
    case "directory":
    case "file":
      return backUpTree(making, { ...target, type: target.type }, file("tar"));
  }
}

function needed(server: Server | undefined): Server {
  if (server === undefined) throw new Error("a database without a server");
  return server;
}
