import { asFailure, Failure } from "../../../core/errors/index.ts";
import { counted } from "../../../core/text/index.ts";
import { amcheckOf, readTables, type Session } from "../../../systems/postgres/index.ts";
import { sqliteFacts } from "../../../systems/sqlite/index.ts";
import { databaseNames, inEach, inOne } from "../databases.ts";
import type { MaintenanceDesk } from "../desk.ts";
import { done, skipped, type Task } from "../task.ts";

const sqliteDeadlineMs = 3_600_000;

/** A table or a SQLite database, and what was found in it. */
interface Damage {
  table: string;
  what: string;
}

/** What was found until now. That something could not be read must hide nothing of it. */
interface Found {
  databases: { database: string; said: string; looked: boolean }[];
  damages: Damage[];
  /** Tables that another session held. */
  held: string[];
}

/** Reads every table, and every index against its table, from end to end. */
export const integrity: Task = {
  name: "integrity",
  title: "integrity of the databases",
  async run(desk) {
    const paths = desk.configuration.backups.sqlite.map(desk.configuration.path);
    const names = databaseNames(desk);
    if (names.length + paths.length === 0) return skipped("the configuration names no database");
    if (desk.dryRun) return done(`${counted(names.length + paths.length, "database")} would be read`);
    const found: Found = { databases: [], damages: [], held: [] };
    const failure = inOne([
      ...(await readServer(names, desk, found)),
      ...(await readFiles(paths, desk, found)),
    ]);
    if (found.damages.length > 0) throw damaged(found, failure);
    if (failure !== undefined) throw failure;
    if (found.held.length > 0) throw lockedOut(found.held);
    const { databases } = found;
    const said = databases.map(({ database, said }) => `${database}: ${said}`).join("; ");
    return databases.some(({ looked }) => looked) ? done(said, { databases }) : skipped(said);
  },
};

async function readServer(names: readonly string[], desk: MaintenanceDesk, found: Found): Promise<Failure[]> {
  if (names.length === 0) return [];
  try {
    const failure = await inEach(desk, (session, name) => readPostgres(session, name, found));
    return failure === undefined ? [] : [failure];
  } catch (thrown) {
    if (desk.signal.aborted) throw thrown;
    return [asFailure(thrown)];
  }
}

const unlooked = {
  missing: "amcheck is not on the server (package postgresql-contrib)",
  forbidden:
    "its user may not use amcheck: grant EXECUTE on bt_index_check and verify_heapam, or connect as a superuser",
} as const;

async function readPostgres(session: Session, database: string, found: Found): Promise<void> {
  const amcheck = await amcheckOf(session);
  if (amcheck === "missing" || amcheck === "forbidden") {
    found.databases.push({ database, said: unlooked[amcheck], looked: false });
    return;
  }
  let tables = 0;
  for await (const read of readTables(session, amcheck)) {
    const { table } = read;
    tables += 1;
    if (read.outcome === "held") found.held.push(`${database}: ${table}`);
    else found.damages.push(...read.faults.map((what) => ({ table, what })));
  }
  found.databases.push({ database, said: `${counted(tables, "table")} read`, looked: true });
}

async function readFiles(paths: readonly string[], desk: MaintenanceDesk, found: Found): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const path of paths) {
    try {
      const { tables } = await sqliteFacts(path, { deadlineMs: sqliteDeadlineMs, signal: desk.signal });
      found.databases.push({ database: path, said: `${counted(tables.length, "table")} read`, looked: true });
    } catch (thrown) {
      if (desk.signal.aborted) throw thrown;
      const failure = asFailure(thrown);
      if (failure.code !== "DATABASE_DAMAGED") failures.push(failure);
      else found.damages.push({ table: path, what: failure.why ?? failure.message });
    }
  }
  return failures;
}

/** What could not be read beside it is said too. */
function damaged({ damages, held }: Found, failure: Failure | undefined): Failure {
  const unread = [
    ...held.map((table) => `${table}: not read, for another session holds it`),
    ...(failure === undefined ? [] : [`not all was read: ${failure.message}`]),
  ];
  return new Failure("DATABASE_DAMAGED", {
    message: `damage in ${[...new Set(damages.map(({ table }) => table))].join(", ")}`,
    why: [...damages.map(({ table, what }) => `${table}: ${what}`), ...unread].join("\n"),
    remedy:
      "keep every backup from now on (touch nothing else); an index alone is made anew by REINDEX, a table is restored: ./scripts/restore-db.ts list",
    details: { damages: [...damages], held: [...held] },
  });
}

function lockedOut(held: readonly string[]): Failure {
  return new Failure("DATABASE_LOCKED", {
    message: `${held.join(", ")} could not be read: another session holds a lock`,
    why: "it was not given up within maintenance.lockTimeout; everything else is well",
    remedy:
      "find who holds it (pg_stat_activity, pg_locks), and run again: ./scripts/maintenance.ts --task integrity",
    details: { held: [...held] },
  });
}
