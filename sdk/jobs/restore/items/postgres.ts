import { asFailure, Failure } from "../../../core/errors/index.ts";
import type { Item, PostgresFacts } from "../../../core/manifest/index.ts";
import {
  accessTo,
  assertNothingPrepared,
  assertRoom,
  besideName,
  canLayDown,
  compare,
  connect,
  connectForMaintenance,
  createDatabase,
  databaseComment,
  databaseExists,
  dropDatabase,
  freeName,
  freshName,
  keptName,
  type Marker,
  missingRoles,
  type Replication,
  readEverything,
  readFacts,
  reapply,
  removeStaged,
  renameDatabase,
  replicationOf,
  restoreStage,
  type Server,
  type Session,
  swapDatabases,
} from "../../../systems/postgres/index.ts";
import type { RestoreDesk } from "../desk.ts";
import type { Piece } from "../piece.ts";
import { readItem } from "../read-item.ts";
import type { Goal, Placed, Restored } from "../restored.ts";

type DatabaseItem = Extract<Item, { type: "postgres" }>;

/** What the restores of one backup's databases share. */
export interface DatabaseRestore {
  desk: RestoreDesk;
  server: Server;
  backup: string;
  folder: string;
  goal: Goal;
}

const lookMs = 30_000;

/**
 * Restores a dump into a database that nobody knows, gives it what stands in no dump, and compares what it holds with what
 * was recorded in the dump's own snapshot.
 *
 * @throws Failure ROLES_MISSING, NO_SPACE, RESTORE_FAILED, RESTORE_DIFFERS, BACKUP_DAMAGED, DATABASE_*
 */
export async function restoreDatabase(
  run: DatabaseRestore,
  { item, target }: Piece<DatabaseItem>,
): Promise<Restored> {
  const { desk, backup, goal } = run;
  const name = freshName(desk.now());
  const at = desk.now().toISOString();
  const { comment } = item.facts;
  const marker: Marker = {
    state: "restoring",
    project: desk.configuration.project,
    database: target,
    backup,
    at,
    ...(comment === undefined ? {} : { comment }),
  };
  const placed = await begin(run, { item, target }, name, marker);
  await fill(run, item, name);
  const remarks = [...placed, ...(await check(run, item, name))];
  const refused = await setAgain(run, item, name);
  const names = { name, target };
  const place = () =>
    goal.kind === "in-place" ? placeInstead(run, item, names) : placeBeside(run, names, marker);
  return {
    async place() {
      const { remarks: more = [], ...placed } = await place();
      return { type: "postgres", name: item.name, remarks: [...remarks, ...more], refused, ...placed };
    },
    takeBack: (placed) => takeBack(run, names, placed, marker),
  };
}

/** Sees that it can be restored, and makes the database for it. Gives remarks. */
async function begin(
  { desk, server, goal }: DatabaseRestore,
  { item, target }: Piece<DatabaseItem>,
  name: string,
  marker: Marker,
): Promise<string[]> {
  const { signal } = desk;
  await using session = await connectForMaintenance(server, { statementMs: desk.remainingMs(), signal });
  await assertRoles(session, item.facts);
  if (goal.kind === "in-place") await assertNothingPrepared(session, target);
  else if (goal.as !== undefined && (await databaseExists(session, goal.as))) throw taken(goal.as);
  const unseen = await assertRoom(session, server, item, { deadlineMs: lookMs, signal });
  if (unseen !== undefined) desk.report.say(unseen);
  desk.journal.append({ kind: "fresh", type: "postgres", name });
  return await createDatabase(session, name, item.facts, marker);
}

/** Not by the session that made it: a server may have ended that one for having been idle while the dump was read. */
async function setAgain(
  { desk, server }: DatabaseRestore,
  item: DatabaseItem,
  name: string,
): Promise<string[]> {
  await using session = await connectForMaintenance(server, { signal: desk.signal });
  return await reapply(session, name, item.facts);
}

async function assertRoles(session: Session, facts: PostgresFacts): Promise<void> {
  const missing = await missingRoles(session, facts);
  if (missing.length === 0) return;
  throw new Failure("ROLES_MISSING", {
    message: `the server has no role ${missing.join(", ")}, which the database needs`,
    why: "roles belong to the server: they stand in the backup's globals, and are never restored by themselves",
    remedy:
      "make them (CREATE ROLE), or take their lines from the globals: docs/runbooks/restore-by-hand.md; then run again",
    details: { missing },
  });
}

function taken(name: string): Failure {
  return new Failure("TARGET_UNUSABLE", {
    message: `there is a database ${name} already`,
    remedy: "name another with --as",
  });
}

async function fill(run: DatabaseRestore, item: DatabaseItem, name: string): Promise<void> {
  const { desk, server, folder } = run;
  const staging = stagingFolder(run);
  const hasRoom = await canLayDown(server, staging, item, { deadlineMs: lookMs, signal: desk.signal });
  const through = hasRoom ? staging : undefined;
  const reader = restoreStage(server, name, { through });
  try {
    await readItem(desk, folder, item, { step: `postgres ${item.name}`, reader });
  } catch (thrown) {
    throw notRestored(item, thrown);
  }
  await using session = await connect(accessTo(server, name), {
    statementMs: desk.remainingMs(),
    signal: desk.signal,
  });
  await session.query("ANALYZE");
}

/** Where the server's own programs run: in its container, or on this host, where backups have room. */
export function stagingFolder({
  server,
  desk: { configuration },
}: {
  server: Server;
  desk: Pick<RestoreDesk, "configuration">;
}): string {
  return server.container === undefined ? configuration.path(configuration.backups.directory) : "/tmp";
}

async function check({ desk, server }: DatabaseRestore, item: DatabaseItem, name: string): Promise<string[]> {
  await using session = await connect(accessTo(server, name), {
    statementMs: desk.remainingMs(),
    signal: desk.signal,
  });
  await readEverything(session);
  await session.query("BEGIN READ ONLY");
  const { differences, remarks } = compare(item.facts, await readFacts(session));
  if (differences.length === 0) return remarks;
  throw new Failure("RESTORE_DIFFERS", {
    message: `what was restored of ${item.name} is not what was backed up`,
    why: differences.slice(0, 10).join("\n"),
    remedy: "take another backup: ./scripts/restore-db.ts list; the database that serves was not touched",
    details: { differences },
  });
}

type Names = Record<"name" | "target", string>;

async function placeInstead(
  { desk, server }: DatabaseRestore,
  { facts }: DatabaseItem,
  { name, target }: Names,
): Promise<Pick<Placed, "at" | "kept" | "pauseMs"> & Partial<Pick<Placed, "remarks">>> {
  const { signal, configuration } = desk;
  signal.throwIfAborted();
  // Not ended by the signal: cut off while it commits, nobody could say what serves.
  await using session = await connectForMaintenance(server, {}, target);
  if (!(await databaseExists(session, target))) {
    await renameDatabase(session, name, target, facts.comment);
    return { at: target, kept: undefined };
  }
  const kept = await freeName(session, (at) => keptName(target, at), desk.now());
  const marker = await keptMarker(session, configuration.project, target, desk.now());
  const swap = { database: target, incoming: name, comment: facts.comment, kept, marker };
  const replication = await replicationOf(session, target);
  const { pauseMs } = await swapDatabases(session.access, swap, { signal });
  return { at: target, kept, pauseMs, remarks: stayingBehind(replication, target, kept) };
}

/** Who reads or writes by replication goes on with the old database, and would not notice. */
function stayingBehind({ slots, subscriptions }: Replication, database: string, kept: string): string[] {
  return [
    ...slots.map(
      (slot) =>
        `the replication slot ${slot} belongs to ${kept}: who reads ${database} by it needs a new one`,
    ),
    ...subscriptions.map((name) => `the subscription ${name} goes on in ${kept}, and not in ${database}`),
  ];
}

/** What the database that serves now is to say of itself once another has its place. */
export async function keptMarker(
  session: Session,
  project: string,
  database: string,
  now: Date,
): Promise<Marker> {
  const comment = await databaseComment(session, database);
  return {
    state: "kept",
    project,
    database,
    at: now.toISOString(),
    ...(comment === undefined ? {} : { comment }),
  };
}

async function placeBeside(
  { desk, server, goal }: DatabaseRestore,
  { name, target }: Names,
  marker: Marker,
): Promise<Pick<Placed, "at" | "kept"> & Partial<Pick<Placed, "remarks">>> {
  desk.signal.throwIfAborted();
  await using session = await connectForMaintenance(server, {});
  const named = goal.kind === "beside" ? goal.as : undefined;
  const as = named ?? (await freeName(session, (at) => besideName(target, at), desk.now()));
  await renameDatabase(session, name, as, { ...marker, state: "restored" });
  return { at: as, kept: undefined };
}

/** Not ended by an interruption: it is what an interruption asks for. */
async function takeBack(
  { server }: DatabaseRestore,
  { name, target }: Names,
  { at, kept }: Placed,
  marker: Marker,
): Promise<void> {
  await using session = await connectForMaintenance(server, {}, at);
  if (kept === undefined) return await renameDatabase(session, at, name, marker);
  const comment = await databaseComment(session, kept);
  await swapDatabases(session.access, { database: target, incoming: kept, comment, kept: name, marker });
}

/** Removes a database that is still nobody's, and what its restore laid down. A program that fills it loses its connection, and ends. */
export async function discardDatabase(server: Server, name: string, staging: string): Promise<void> {
  await using session = await connectForMaintenance(server, { statementMs: lookMs });
  await dropDatabase(session, name);
  await removeStaged(server, staging, name, { deadlineMs: lookMs });
}

function notRestored({ name }: DatabaseItem, thrown: unknown): Failure {
  const failure = asFailure(thrown);
  if (failure.code !== "COMMAND_FAILED") return failure;
  return new Failure("RESTORE_FAILED", {
    message: `the database ${name} cannot be restored: ${failure.message}`,
    why: failure.why,
    remedy: /role "[^"]*" does not exist/.test(failure.why ?? "")
      ? "make the role that is missing; ./scripts/restore-db.ts show lists the roles of the backup. Then run again"
      : "mend what is named, or take another backup; the database that serves was not touched",
    details: failure.details,
    cause: thrown,
  });
}
