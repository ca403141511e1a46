import { Failure } from "../../../../core/errors/index.ts";
import type { PostgresFacts } from "../../../../core/manifest/index.ts";
import {
  accessTo,
  assertNothingPrepared,
  assertRoom,
  compare,
  connect,
  connectForMaintenance,
  createDatabase,
  databaseExists,
  freshName,
  type Marker,
  missingRoles,
  readEverything,
  readFacts,
  reapply,
  type Session,
} from "../../../../systems/postgres/index.ts";
import type { Piece } from "../../piece.ts";
import type { Restored } from "../../restored.ts";
import { type DatabaseItem, type DatabaseRestore, lookMs } from "./database-restore.ts";
import { fill } from "./fill.ts";
import { placeBeside, placeInstead, takeBack } from "./place.ts";

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
    remedy: "restore another backup (./scripts/restore-db.ts list); the database that serves was not touched",
    details: { differences },
  });
}
