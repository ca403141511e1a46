import { asFailure, Failure } from "../../../../core/errors/index.ts";
import {
  accessTo,
  canLayDown,
  connect,
  connectForMaintenance,
  dropDatabase,
  removeStaged,
  restoreStage,
  type Server,
} from "../../../../systems/postgres/index.ts";
import type { RestoreDesk } from "../../desk.ts";
import { readItem } from "../../read-item.ts";
import { type DatabaseItem, type DatabaseRestore, lookMs } from "./database-restore.ts";

/** Reads the dump into the database. */
export async function fill(run: DatabaseRestore, item: DatabaseItem, name: string): Promise<void> {
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
      : "mend what is named, or restore another backup (./scripts/restore-db.ts list); the database that serves was not touched",
    details: failure.details,
    cause: thrown,
  });
}
