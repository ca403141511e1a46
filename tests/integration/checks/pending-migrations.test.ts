import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pendingMigrations } from "../../../checks/index.ts";
import { docker } from "../../../sdk/systems/docker/index.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres.ts";
import { nginxImage } from "./fixture.ts";

setDefaultTimeout(120_000);

const top = mkdtempSync(join(tmpdir(), "switchover-migrations-"));
const envFile = join(top, ".env");
let server: PostgresServer;

beforeAll(async () => {
  await nginxImage();
  server = await startPostgres();
  await server.psql("CREATE ROLE app LOGIN PASSWORD 'pLanted-s3cret'; CREATE SCHEMA own AUTHORIZATION app");
  writeFileSync(envFile, "DB_PASSWORD=pLanted-s3cret\n");
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(top, { recursive: true });
});

let count = 0;
function migrations(files: Record<string, string>): string {
  count += 1;
  for (const [name, sql] of Object.entries(files)) {
    const file = join(top, `${count}`, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, sql);
  }
  return join(top, `${count}`);
}

function look(files: string, more: { table?: string; column?: string } = {}, deadline = "60s") {
  const { host, port } = server.access();
  const options = { host, port, database: "app", user: "app", envFile, files };
  return pendingMigrations({ ...options, ...more }, { deadline });
}

async function applied(table: string, column: string, ...ids: string[]): Promise<void> {
  const values = ids.map((id) => `('${id}')`).join(", ");
  await server.psql(`DROP TABLE IF EXISTS ${table}; CREATE TABLE ${table} (${column} text)`);
  if (values !== "") await server.psql(`INSERT INTO ${table} VALUES ${values}`);
  await server.psql(`GRANT SELECT ON ${table} TO app`);
}

const init = { "001_init.sql": "CREATE TABLE users (id int, name text);" };
const drop = { "002_drop.sql": "-- the old name goes\nALTER TABLE users\n  DROP COLUMN name;\n" };

test("a folder without a migration warns: it may be another one", async () => {
  const finding = await look(migrations({ "notes.txt": "" }));
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain("holds no migration");
});

test("a database that has seen nothing yet has every migration before it, and that is no fault", async () => {
  const finding = await look(
    migrations({ ...init, "001_init.down.sql": "DROP TABLE users;", "notes.txt": "" }),
  );
  expect(finding).toMatchObject({
    status: "pass",
    summary: "1 migration is pending: 001_init; none destroys data",
  });
});

test("a pending migration that destroys data warns, with its place and what it does", async () => {
  await applied("schema_migrations", "id", "001_init");
  const folder = migrations({ ...init, ...drop, "003_more.sql": "CREATE TABLE more (id int);" });
  const finding = await look(folder);
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain(
    `002_drop drops a column (${folder}/002_drop.sql:2: ALTER TABLE users DROP COLUMN name)`,
  );
  expect(finding.evidence["pending"]).toEqual(["002_drop", "003_more"]);
  await applied("schema_migrations", "id", "001_init", "002_drop", "003_more");
  expect(await look(folder)).toMatchObject({ status: "pass", summary: "no migration is pending" });
});

test("one that breaks the release before, and a database that is ahead of the source, warn", async () => {
  await applied("schema_migrations", "id", "001_init", "009_newer");
  const header = "-- switchover: breaks-previous-release\n";
  const finding = await look(
    migrations({ ...init, "002_rename.sql": `${header}ALTER TABLE users RENAME TO people;` }),
  );
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain("002_rename breaks the release before it");
  expect(finding.summary).toContain("the database has seen 009_newer, which");
});

test("Prisma's layout and table are read, and so is a table of another schema", async () => {
  const folder = migrations({
    "20260101_init/migration.sql": "CREATE TABLE users (id int);",
    "20260102_empty/migration.sql": "TRUNCATE users;",
    "migration_lock.toml": "",
  });
  await applied("_prisma_migrations", "migration_name", "20260101_init");
  const finding = await look(folder, { table: "_prisma_migrations", column: "migration_name" });
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain("20260102_empty empties a table");
  const failed = "ADD finished_at timestamptz DEFAULT now(), ADD rolled_back_at timestamptz";
  await server.psql(`ALTER TABLE _prisma_migrations ${failed}`);
  await server.psql("INSERT INTO _prisma_migrations VALUES ('20260102_empty', NULL, NULL)");
  const halfWay = await look(folder, { table: "_prisma_migrations", column: "migration_name" });
  expect(halfWay).toMatchObject({ status: "fail", evidence: { pending: ["20260102_empty"] } });
  expect(halfWay.summary).toContain("20260102_empty has failed half way");
  await server.psql("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL");
  const settled = await look(folder, { table: "_prisma_migrations", column: "migration_name" });
  expect(settled).toMatchObject({ status: "warn", evidence: { pending: ["20260102_empty"] } });
  await applied('own."of its own"', "id", "20260101_init", "20260102_empty");
  expect(await look(folder, { table: "own.of its own" })).toMatchObject({ status: "pass" });
});

test("where the database keeps its record elsewhere, nothing is guessed", async () => {
  const finding = await look(migrations(init), { table: "elsewhere" });
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain("app holds tables, but no elsewhere");
});

test("a folder that is not there, a table that may not be read, and a stopped server fail", async () => {
  expect(await look(join(top, "absent"))).toMatchObject({ status: "fail" });
  await server.psql("CREATE TABLE hidden (id text)");
  const hidden = await look(migrations(init), { table: "hidden" });
  expect(hidden).toMatchObject({ status: "fail", evidence: { code: "DATABASE_FORBIDDEN" } });
  await docker(["stop", "--time", "0", server.container], { deadlineMs: 60_000 });
  expect(await look(migrations(init), {}, "2s")).toMatchObject({ status: "fail" });
});
