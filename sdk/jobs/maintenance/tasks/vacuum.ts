import { Failure } from "../../../core/errors/index.ts";
import { counted } from "../../../core/text/index.ts";
import {
  readersOfDeadRows,
  type Session,
  type TableBloat,
  tableBloat,
  tidyTable,
} from "../../../systems/postgres/index.ts";
import { databaseNames, inEach } from "../databases.ts";
import type { MaintenanceDesk } from "../desk.ts";
import { done, skipped, type Task } from "../task.ts";

/** Below this many dead rows a table is left to autovacuum. */
const fewestDead = 1_000;
/** PostgreSQL's own autovacuum waits for 20 %; what is done in a quiet hour may come sooner. */
const deadShare = 0.1;
/** A large table has many bytes of dead rows before it has that share of them. */
const deadBytes = 256 * 1024 * 1024;
const changedShare = 0.1;

/** What a table needs, by what the statistics say of it; nothing when it is well. */
export function needOf({
  live,
  dead,
  changed,
  bytes,
}: Pick<TableBloat, "live" | "dead" | "changed" | "bytes">): "vacuum" | "analyze" | undefined {
  const rows = live + dead;
  const share = rows === 0 ? 0 : dead / rows;
  if (dead >= fewestDead && (share >= deadShare || share * bytes >= deadBytes)) return "vacuum";
  return changed >= fewestDead && changed >= changedShare * rows ? "analyze" : undefined;
}

/** Vacuums the tables that have gathered many dead rows, and makes the planner's statistics anew where much has changed. */
export const vacuum: Task = {
  name: "vacuum",
  title: "bloat of the tables",
  async run(desk) {
    if (databaseNames(desk).length === 0) return skipped("the configuration names no PostgreSQL database");
    const tables: Tidied[] = [];
    const failure = await inEach(desk, (session, name) => tidyDatabase(session, name, desk, tables));
    if (failure !== undefined) throw failure;
    const held = tables.filter(({ outcome }) => outcome === "held");
    if (held.length > 0)
      throw lockedOut(
        held.map(({ table }) => table),
        tables,
      );
    return done(summaryOf(tables, desk), { tables });
  },
};

function summaryOf(tables: readonly Tidied[], { dryRun }: MaintenanceDesk): string {
  const foreign = tables.filter(({ outcome }) => outcome === "not ours").length;
  const read = tables.filter(({ outcome }) => outcome === "still read");
  const names = read.map(({ table }) => table).join(", ");
  const readers = [...new Set(read.flatMap(({ readers = [] }) => readers))].join(", ");
  return [
    `${counted(tables.length - foreign - read.length, "table")} ${dryRun ? "would be tidied" : "tidied"}`,
    ...(read.length === 0
      ? []
      : [`${names} kept the dead rows that an older transaction may read: ${readers}`]),
    ...(foreign === 0 ? [] : [`${counted(foreign, "table")} of other owners left to autovacuum`]),
  ].join("; ");
}

interface Tidied {
  table: string;
  need: "vacuum" | "analyze";
  dead: number;
  live: number;
  outcome: "tidied" | "to be tidied" | "held" | "not ours" | "still read";
  /** Who may still read its dead rows. */
  readers?: readonly string[];
}

async function tidyDatabase(
  session: Session,
  database: string,
  { dryRun }: MaintenanceDesk,
  tables: Tidied[],
): Promise<void> {
  for (const found of await tableBloat(session)) {
    const need = needOf(found);
    if (need === undefined) continue;
    const { schema, name, dead, live, ours } = found;
    const common = { table: `${database}.${schema}.${name}`, need, dead, live };
    if (!ours) tables.push({ ...common, outcome: "not ours" });
    else if (dryRun) tables.push({ ...common, outcome: "to be tidied" });
    else {
      const outcome = await tidyTable(session, found, need);
      if (outcome !== "gone") tables.push({ ...common, outcome });
    }
  }
  if (!dryRun) await markRead(session, database, tables);
}

/** A vacuum succeeds too when it may remove nothing. */
async function markRead(session: Session, database: string, tables: Tidied[]): Promise<void> {
  const bloated = (await tableBloat(session)).filter((found) => needOf(found) === "vacuum");
  const names = new Set(bloated.map(({ schema, name }) => `${database}.${schema}.${name}`));
  const left = tables.filter(({ table, need }) => need === "vacuum" && names.has(table));
  const readers = left.length === 0 ? [] : await readersOfDeadRows(session);
  if (readers.length === 0) return;
  for (const one of left) {
    if (one.outcome !== "tidied") continue;
    one.outcome = "still read";
    one.readers = readers;
  }
}

function lockedOut(names: readonly string[], tables: readonly Tidied[]): Failure {
  return new Failure("DATABASE_LOCKED", {
    message: `${names.join(", ")} could not be vacuumed: another session holds a lock`,
    why: "it was not given up within maintenance.lockTimeout",
    remedy:
      "find who holds it (pg_stat_activity, pg_locks): a transaction that was left open keeps dead rows too",
    details: { tables: [...tables] },
  });
}
