import {
  besideName,
  connectForMaintenance,
  databaseComment,
  databaseExists,
  freeName,
  keptName,
  type Marker,
  type Replication,
  renameDatabase,
  replicationOf,
  type Session,
  swapDatabases,
} from "../../../../systems/postgres/index.ts";
import type { Placed } from "../../restored.ts";
import type { DatabaseItem, DatabaseRestore } from "./database-restore.ts";

/** What a restored database is called, and what it is to be called. */
export type Names = Record<"name" | "target", string>;

/** Lets the database serve in the place of the one that does, which is kept. */
export async function placeInstead(
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

/** Gives the database a name that people know, beside the one that serves. */
export async function placeBeside(
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

/**
 * Undoes either; not ended by an interruption: it is what an interruption asks for. Gives the name of what served meanwhile;
 * what stood beside is nobody's again.
 */
export async function takeBack(
  { desk, server, goal }: DatabaseRestore,
  { name, target }: Names,
  { at, kept }: Placed,
  marker: Marker,
): Promise<string | undefined> {
  await using session = await connectForMaintenance(server, {}, at);
  if (goal.kind === "beside") {
    await renameDatabase(session, at, name, marker);
    return undefined;
  }
  const aside = await freeName(session, (now) => besideName(target, now), desk.now());
  const restored = { ...marker, state: "restored" } as const;
  if (kept === undefined) await renameDatabase(session, at, aside, restored);
  else {
    const comment = await databaseComment(session, kept);
    const swap = { database: target, incoming: kept, comment, kept: aside, marker: restored };
    await swapDatabases(session.access, swap);
  }
  return aside;
}
