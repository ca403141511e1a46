import { Failure } from "../../../core/errors/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import {
  accessTo,
  dumpStage,
  endLeftTools,
  holdSnapshot,
  preparedIn,
  readDumpStage,
  readFacts,
  type Server,
  type Session,
  undumpedTables,
} from "../../../systems/postgres/index.ts";
import { type Made, type Making, make } from "../making.ts";
import { tellComplaints } from "./complaints.ts";
import { dumpFailure } from "./dump-failure.ts";

/**
 * Dumps a database in one snapshot with what it is compared with later, and proves the dump.
 *
 * @throws Failure DATABASE_*, COMMAND_FAILED and what `make` throws
 */
export async function backUpDatabase(
  making: Making,
  server: Server,
  name: string,
  file: string,
): Promise<Item> {
  const { made, facts } = await dumpWithFacts(making, server, name, file).catch((thrown: unknown) => {
    throw dumpFailure(thrown, name);
  });
  await using held = made;
  tellComplaints(making.desk, held.exits);
  const { rawBytes } = await held.prove();
  return { type: "postgres", ...held.common, rawBytes, facts };
}

async function dumpWithFacts(making: Making, server: Server, name: string, file: string) {
  const { desk, remainingMs } = making;
  const lockMs = desk.configuration.backups.lockWait;
  const access = accessTo(server, name);
  await endLeftTools(server, name);
  const stop = new AbortController();
  const signal = AbortSignal.any([desk.signal, stop.signal]);
  await using snapshot = await holdSnapshot(access, { statementMs: remainingMs(), lockMs, signal });
  for (const left of await leftOut(snapshot.session, name))
    desk.report.warn(`not in the backup of ${name}: ${left}`);
  const stages = [dumpStage(server, name, snapshot.id, lockMs)];
  const source = { type: "postgres", name, file, stages, reader: readDumpStage(server), signal } as const;
  // Each ends the other when it fails: what remains of a half is of no use.
  const stopping = <T>(half: Promise<T>) =>
    half.catch((thrown: unknown) => {
      stop.abort();
      throw thrown;
    });
  const halves = [stopping(make(making, source)), stopping(readFacts(snapshot.session))] as const;
  const [made, facts] = await Promise.allSettled(halves);
  if (made.status === "fulfilled" && facts.status === "fulfilled") {
    return { made: made.value, facts: facts.value };
  }
  if (made.status === "fulfilled") await made.value[Symbol.asyncDispose]();
  // A program in a container outlives the `docker exec` that started it, and would go on holding its locks.
  const gone = await endLeftTools(server, name).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const reason = firstReason(made, facts);
  throw isWordless(reason) && isAway(gone) ? gone : reason;
}

/** What no dump holds, in words. */
async function leftOut(session: Session, name: string): Promise<string[]> {
  const prepared = await preparedIn(session, name);
  const undumped = await undumpedTables(session);
  return [
    ...prepared.map((gid) => `what the prepared transaction ${gid} has written`),
    ...undumped.map((table) => `the rows of ${table}, which its extension is to make`),
  ];
}

/** A program that was killed together with the server's container could not say why. */
function isWordless(reason: unknown): boolean {
  return reason instanceof Failure && reason.code === "COMMAND_FAILED" && !reason.why;
}

function isAway(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.code === "DATABASE_UNREACHABLE";
}

/** Of two failures, the one that is not merely the other's consequence. */
function firstReason(made: PromiseSettledResult<Made>, facts: PromiseSettledResult<unknown>): unknown {
  const reasons = [facts, made].flatMap((half) =>
    half.status === "rejected" ? [half.reason as unknown] : [],
  );
  const isOwn = (reason: unknown) => !(reason instanceof Failure && reason.code === "INTERRUPTED");
  return reasons.find(isOwn) ?? reasons[0];
}
