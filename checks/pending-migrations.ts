import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { appliedMigrations, type Seen } from "./pending-migrations/applied.ts";
import { destructiveStatements } from "./pending-migrations/destructive.ts";
import { breaksPrevious, type MigrationFile, readMigrationFiles } from "./pending-migrations/files.ts";
import { databaseOptions, lookAtDatabase } from "./server/database.ts";

/** Which migrations a deployment will apply, and which of them destroy data, or shut the way back. */
export const pendingMigrations = defineCheck({
  id: "pending-migrations",
  title: "Migrations",
  summary: "Which migrations are pending, and which of them destroy data or shut the way back",
  example: "--files migrations --table schema_migrations --database shop --user shop --env-file .env",
  deadline: "15s",
  options: z.strictObject({
    ...databaseOptions,
    files: z.string().describe("The folder with the migrations, as <id>.sql or <id>/migration.sql."),
    table: z
      .string()
      .default("schema_migrations")
      .describe("The table in which the database keeps the migrations that were applied."),
    column: z.string().default("id").describe("The column of that table with a migration's id."),
  }),
  look: async ({ files, table, column, ...target }, context) => {
    const known = readMigrationFiles(files);
    return lookAtDatabase(target, context, async (session) => {
      const seen = await appliedMigrations(session, { table, column });
      return seen === undefined ? unrecorded(table, target.database) : judge(known, seen, files);
    });
  },
});

function unrecorded(table: string, database: string): Look {
  return {
    status: "warn",
    summary: `${database} holds tables, but no ${table}: which migrations are pending cannot be told`,
    remedy: "name the table in which applied migrations are kept: database.migrations.table and column",
    evidence: { table },
  };
}

function judge(known: readonly MigrationFile[], { applied, failed }: Seen, folder: string): Look {
  const pending = known.filter(({ id }) => !applied.has(id));
  const ids = new Set(known.map(({ id }) => id));
  const foreign = [...applied].filter((id) => !ids.has(id)).sort();
  const faults = [
    ...failed.map(halfWay),
    ...(known.length === 0 ? [noneThere(folder)] : []),
    ...pending.flatMap(faultsOf),
    ...foreignFaults(foreign, folder),
  ];
  const evidence = {
    folder,
    pending: pending.map(({ id }) => id),
    foreign,
    faults: faults.map(({ says }) => says),
  };
  const count = pending.length === 1 ? "1 migration is" : `${pending.length} migrations are`;
  const named = pending.length === 0 ? "" : `: ${pending.map(({ id }) => id).join(", ")}`;
  const good =
    pending.length === 0 ? "no migration is pending" : `${count} pending${named}; none destroys data`;
  return lookOf(faults, { good, evidence });
}

function halfWay(id: string): Fault {
  const remedy =
    "settle it with the tool that applied it (prisma migrate resolve, flyway repair, migrate force), or the next one is refused";
  return { status: "fail", says: `${id} has failed half way, and nobody has settled it`, remedy };
}

/** A folder that was named for its migrations, and is another one, must not look like one where all is applied. */
function noneThere(folder: string): Fault {
  const remedy = "name the folder that holds <id>.sql or <id>/migration.sql: database.migrations.files";
  return { status: "warn", says: `${folder} holds no migration`, remedy };
}

/** How much of a statement is shown. */
const shownLength = 80;

function faultsOf(migration: MigrationFile): Fault[] {
  const { id, file, sql } = migration;
  const destructive = destructiveStatements(sql).map(({ text, line, why }): Fault => {
    const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
    const remedy =
      "be sure that nobody needs what goes, the release that serves now too; the backup before it is the only way back";
    return { status: "warn", says: `${id} ${why} (${file}:${line}: ${shown})`, remedy };
  });
  if (!breaksPrevious(migration)) return destructive;
  const remedy =
    "deploy it when nobody will need the way back, or in two steps: first what both releases can live with";
  return [
    { status: "warn", says: `${id} breaks the release before it, so that no rollback crosses it`, remedy },
    ...destructive,
  ];
}

/** The database is ahead of the source: it was made for a newer release. */
function foreignFaults(foreign: readonly string[], folder: string): Fault[] {
  if (foreign.length === 0) return [];
  const says = `the database has seen ${foreign.join(", ")}, which ${folder} does not know`;
  return [{ status: "warn", says, remedy: "see that this is not an older source than the one that serves" }];
}
