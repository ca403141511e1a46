import { accessTo, connect, type Session } from "../../systems/postgres/index.ts";
import { findServer } from "../backup/index.ts";
import type { MaintenanceDesk } from "./desk.ts";

/** The longest that one statement may take: the largest table is read, or written, once. */
const statementMs = 2 * 3_600_000;

/** The PostgreSQL databases that the configuration names. */
export function databaseNames({ configuration }: Pick<MaintenanceDesk, "configuration">): string[] {
  const { database, backups } = configuration;
  if (database.mode !== "shared" || database.name === undefined) return [];
  return [...new Set([database.name, ...backups.databases])];
}

/**
 * Does a piece of work in each of the databases, one after the other.
 *
 * @throws Failure as `connect` does
 */
export async function inEach<Result>(
  desk: MaintenanceDesk,
  work: (session: Session, name: string) => Promise<Result>,
): Promise<Result[]> {
  const server = await findServer(desk.configuration);
  const results: Result[] = [];
  for (const name of databaseNames(desk)) {
    const { lockTimeout: lockMs } = desk.configuration.maintenance;
    await using session = await connect(accessTo(server, name), { statementMs, lockMs, signal: desk.signal });
    results.push(await work(session, name));
  }
  return results;
}
