import { asFailure, Failure } from "../../core/errors/index.ts";
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
 * Does a piece of work in each of the databases, one after the other. One that cannot be worked in costs the others nothing.
 *
 * @returns what failed, in one; undefined when nothing did
 * @throws Failure as `findServer` does
 */
export async function inEach(
  desk: MaintenanceDesk,
  work: (session: Session, name: string) => Promise<void>,
): Promise<Failure | undefined> {
  const server = await findServer(desk.configuration);
  const failures: Failure[] = [];
  for (const name of databaseNames(desk)) {
    const { lockTimeout: lockMs } = desk.configuration.maintenance;
    try {
      await using session = await connect(accessTo(server, name), {
        statementMs,
        lockMs,
        signal: desk.signal,
      });
      await work(session, name);
    } catch (thrown) {
      if (desk.signal.aborted) throw thrown;
      failures.push(asFailure(thrown));
    }
  }
  return inOne(failures);
}

/** Several failures as one, which says each of them; the first gives its code. */
export function inOne([first, ...others]: readonly Failure[]): Failure | undefined {
  if (first === undefined || others.length === 0) return first;
  const all = [first, ...others];
  return new Failure(first.code, {
    message: all.map(({ message }) => message).join("; "),
    why: all.flatMap(({ why }) => why ?? []).join("\n"),
    remedy: [...new Set(all.map(({ remedy }) => remedy))].join("; "),
  });
}
