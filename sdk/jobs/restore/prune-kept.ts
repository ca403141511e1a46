import { existsSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Configuration } from "../../core/config/index.ts";
import { Failure, messageOf } from "../../core/errors/index.ts";
import { syncDirectory } from "../../core/files/index.ts";
import { ownBackups } from "../../core/manifest/index.ts";
import { mountsWithin, usersOf } from "../../systems/host/index.ts";
import {
  connectForMaintenance,
  dropIdleDatabase,
  holdersOf,
  isKeptName,
  type Server,
} from "../../systems/postgres/index.ts";
import { backupsFolder, findServer, targetsOf } from "../backup/index.ts";
import { freshPath } from "./items/path-names.ts";
import { beginJournal, pathsKept } from "./journal.ts";
import { type Beside, databasesBeside, hasServer, pathsBeside } from "./kept.ts";
import { doubtUntil, judgeKept, type KeptVerdict } from "./kept-retention.ts";

/** The longest that a drop may take: a large database is many files. */
const dropMs = 600_000;

export interface KeptPruning {
  configuration: Configuration;
  now: Date;
  signal: AbortSignal;
  /** Only say what would go. */
  dryRun: boolean;
}

/**
 * Removes what restores replaced, as far as `backups.keepReplacedDays` and `keepReplacedCount` let it go: databases that say
 * of themselves that they are such, and paths that the journal of a restore names. What somebody uses stays. The caller holds
 * the lock, unless it only asks.
 *
 * @throws Failure PRUNE_FAILED, once all that can be removed is; DATABASE_* when the server cannot be asked
 */
export async function pruneKept(run: KeptPruning): Promise<KeptVerdict[]> {
  const { configuration, now } = run;
  const { keepReplacedDays: keepDays, keepReplacedCount: keepCount } = configuration.backups;
  const doubted = clockDoubt(run);
  const server = hasServer(configuration) ? await findServer(configuration) : undefined;
  const kept = [...pathsOf(configuration), ...(await databasesOf(configuration, server))];
  const verdicts: KeptVerdict[] = [];
  const troubles = new Map<string, string>();
  for (const verdict of judgeKept(kept, { now, keepDays, keepCount, doubted })) {
    run.signal.throwIfAborted();
    try {
      const found = verdict.keep ? verdict : unlessUsed(verdict, await usersIn(run, server, verdict));
      verdicts.push(found);
      // Right after the look: the one before it may have taken minutes.
      if (!found.keep && !run.dryRun) await remove(run, server, found);
    } catch (thrown) {
      troubles.set(verdict.at, messageOf(thrown));
    }
  }
  if (troubles.size > 0) throw notRemoved(troubles);
  return verdicts;
}

/** What is kept longer than any backup gets no sign of a clock from what is older than these may be. */
function clockDoubt({ configuration, now }: KeptPruning): number | undefined {
  const { keepDays, keepReplacedDays } = configuration.backups;
  const made = ownBackups(backupsFolder(configuration), configuration.project);
  const times = made.map(({ startedAt }) => Date.parse(startedAt));
  return doubtUntil(times, now, Math.max(keepDays, keepReplacedDays));
}

/** A person may have a path of such a name, too. */
function pathsOf(configuration: Configuration): Beside[] {
  const ours = pathsKept(configuration);
  return pathsBeside(configuration).filter(({ state, at }) => state === "kept" && ours.has(at));
}

/**
 * One that a person gave another name to, such as that of the one that serves, is theirs, whatever its comment still says. Of
 * a database that is not configured here nothing goes: another host's project may have this one's name.
 */
async function databasesOf(configuration: Configuration, server: Server | undefined): Promise<Beside[]> {
  if (server === undefined) return [];
  const serving = new Set(targetsOf(configuration).map(({ name }) => name));
  const beside = await databasesBeside(configuration, server);
  return beside.filter(
    ({ state, target, at }) => state === "kept" && serving.has(target) && isKeptName(at) && !serving.has(at),
  );
}

/** Who uses it, in words. */
async function usersIn(
  { configuration }: KeptPruning,
  server: Server | undefined,
  { type, at }: KeptVerdict,
): Promise<string[]> {
  if (type === "postgres") {
    await using session = await connectForMaintenance(needed(server), {});
    return await holdersOf(session, at);
  }
  const users = usersOf(at);
  if (users === undefined) return ["whether a process uses it is seen by root alone"];
  return [
    ...targetsLeadingTo(configuration, at).map((path) => `${path} leads to it`),
    ...mountsWithin(at).map((point) => `something is mounted at ${point}`),
    ...users.map(({ pid, name }) => `${name} (process ${pid}) uses it`),
  ];
}

/** A person may let it serve again, by a link or by its own name. */
function targetsLeadingTo(configuration: Configuration, at: string): string[] {
  const real = realpathSync(at);
  return targetsOf(configuration)
    .flatMap((target) => ("path" in target && existsSync(target.path) ? target.path : []))
    .filter((path) => `${realpathSync(path)}/`.startsWith(`${real}/`));
}

function unlessUsed(verdict: KeptVerdict, users: readonly string[]): KeptVerdict {
  return users.length === 0 ? verdict : { ...verdict, keep: true, reasons: [...users] };
}

async function remove(run: KeptPruning, server: Server | undefined, verdict: KeptVerdict): Promise<void> {
  if (verdict.type !== "postgres") return removePath(run, verdict);
  const options = { statementMs: dropMs, signal: run.signal };
  await using session = await connectForMaintenance(needed(server), options);
  await dropIdleDatabase(session, verdict.at);
}

/** It loses its name at once: half of it must never be taken for what a way back leads to. */
function removePath({ configuration, now }: KeptPruning, { target, at }: KeptVerdict): void {
  using journal = beginJournal(configuration, now);
  const going = freshPath({ journal }, target);
  renameSync(at, going);
  syncDirectory(dirname(going));
  rmSync(going, { recursive: true });
  journal.append({ kind: "ended" });
}

function needed(server: Server | undefined): Server {
  if (server === undefined) throw new Error("a database without a server");
  return server;
}

function notRemoved(troubles: ReadonlyMap<string, string>): Failure {
  const told = [...troubles].map(([at, why]) => `${at}: ${why}`);
  return new Failure("PRUNE_FAILED", {
    message: `what restores replaced could not be removed: ${[...troubles.keys()].join(", ")}`,
    why: told.join("\n"),
    remedy: "look at what is named: its owner, and who uses it; then run again",
    details: { troubles: told },
  });
}
