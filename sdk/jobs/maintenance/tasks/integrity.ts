import { Failure } from "../../../core/errors/index.ts";
import { amcheckOf, type Damage, damagesOf, type Session } from "../../../systems/postgres/index.ts";
import { sqliteFacts } from "../../../systems/sqlite/index.ts";
import { databaseNames, inEach } from "../databases.ts";
import type { MaintenanceDesk } from "../desk.ts";
import { counted, done, skipped, type Task } from "../task.ts";

const sqliteDeadlineMs = 3_600_000;

interface Read {
  database: string;
  /** What was read, or why it could not be. */
  said: string;
  damages: Damage[];
  looked: boolean;
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
    const reads = names.length === 0 ? [] : await inEach(desk, readPostgres);
    for (const path of paths) reads.push(await readSqlite(path, desk));
    const damages = reads.flatMap((read) => read.damages);
    if (damages.length > 0) throw damaged(damages);
    const said = reads.map(({ database, said }) => `${database}: ${said}`).join("; ");
    return reads.some(({ looked }) => looked) ? done(said, { databases: reads }) : skipped(said);
  },
};

const unlooked = {
  missing: "amcheck is not on the server (package postgresql-contrib)",
  forbidden:
    "its user may not use amcheck: grant EXECUTE on bt_index_check and verify_heapam, or connect as a superuser",
} as const;

async function readPostgres(session: Session, database: string): Promise<Read> {
  const amcheck = await amcheckOf(session);
  if (amcheck === "missing" || amcheck === "forbidden") {
    return { database, said: unlooked[amcheck], damages: [], looked: false };
  }
  const { tables, damages } = await damagesOf(session, amcheck);
  return { database, said: `${counted(tables, "table")} read`, damages, looked: true };
}

async function readSqlite(path: string, { signal }: MaintenanceDesk): Promise<Read> {
  try {
    const { tables } = await sqliteFacts(path, { deadlineMs: sqliteDeadlineMs, signal });
    return { database: path, said: `${counted(tables.length, "table")} read`, damages: [], looked: true };
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== "DATABASE_DAMAGED") throw thrown;
    const what = thrown.why ?? thrown.message;
    return { database: path, said: what, damages: [{ table: path, what }], looked: true };
  }
}

function damaged(damages: readonly Damage[]): Failure {
  return new Failure("DATABASE_DAMAGED", {
    message: `damage in ${[...new Set(damages.map(({ table }) => table))].join(", ")}`,
    why: damages.map(({ table, what }) => `${table}: ${what}`).join("\n"),
    remedy:
      "keep every backup from now on (touch nothing else); an index alone is made anew by REINDEX, a table is restored: ./scripts/restore-db.ts list",
    details: { damages: [...damages] },
  });
}
