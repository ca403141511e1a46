import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "../../../../sdk/core/process/index.ts";
import type { Placed } from "../../../../sdk/jobs/restore/index.ts";
import { connect } from "../../../../sdk/systems/postgres/index.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { documentOf, errorOf } from "../../../support/document.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";

let server: PostgresServer;
let project: BackupProject;

beforeAll(async () => {
  // So little room beside the server that no dump can be laid down there: it has to be read as it comes.
  server = await startPostgres(
    ["--tmpfs", "/tmp:size=4k,mode=1777"],
    ["wal_level=logical", "max_prepared_transactions=2"],
  );
}, 180_000);

afterAll(() => server?.[Symbol.asyncDispose](), 60_000);

beforeEach(async () => {
  await server.psql(
    "CREATE TABLE cells AS SELECT i FROM generate_series(1, 1000) i; COMMENT ON DATABASE app IS 'ours'",
  );
  project = openBackupProject(server);
});

afterEach(async () => {
  project[Symbol.dispose]();
  const others =
    "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')";
  for (const name of (await server.psql(others, "postgres")).split("\n"))
    await server.psql(`DROP DATABASE "${name}" WITH (FORCE)`, "postgres");
  await server.psql("CREATE DATABASE app", "postgres");
});

async function backUp(): Promise<string> {
  const run = await project.run("backup-db", ["--json"]);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  return (documentOf(run).result as { backup: { id: string } }).backup.id;
}

const inPlace = (id: string) =>
  project.run("restore-db", ["restore", id, "--in-place", "--confirm=app", "--json"]);
const cells = (database = "app") => server.psql("SELECT count(*) FROM cells", database);

test("a dump that fits nowhere beside the server is read as it comes", async () => {
  const id = await backUp();
  await server.psql("TRUNCATE cells");
  const run = await inPlace(id);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  expect(await cells()).toBe("1000");
  expect(
    await server.psql("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'app'"),
  ).toBe("ours");
  const shown = await project.run("restore-db", ["list"]);
  const [{ kept } = { kept: "" }] = (documentOf(run).result as { placed: Placed[] }).placed;
  expect(shown.stdout).toContain(kept ?? "");
}, 180_000);

test("what would fill the disk of the server's databases is refused before anything is made", async () => {
  const id = await backUp();
  const path = join(project.backups, id, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const far = 10 ** 15;
  manifest.items[0].facts.size = far;
  // Mostly holes: what it holds has room.
  writeFileSync(path, JSON.stringify(manifest));
  expect((await inPlace(id)).exitCode).toBe(0);
  manifest.items[0].rawBytes = far;
  writeFileSync(path, JSON.stringify(manifest));
  const databases = await server.psql("SELECT count(*) FROM pg_database", "postgres");
  const run = await inPlace(id);
  expect([run.exitCode, errorOf(run)]).toMatchObject([1, { code: "NO_SPACE", details: { needed: far } }]);
  expect(await server.psql("SELECT count(*) FROM pg_database", "postgres")).toBe(databases);
}, 180_000);

test("a role that only a user mapping names ends the restore, and nobody is told the password in it", async () => {
  await server.psql(`
    CREATE ROLE goes; CREATE EXTENSION postgres_fdw; CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw;
    CREATE USER MAPPING FOR goes SERVER other OPTIONS (user 'x', password 'hunter''s 2')`);
  const id = await backUp();
  await server.psql("DROP USER MAPPING FOR goes SERVER other; DROP ROLE goes");
  const run = await inPlace(id);
  expect([run.exitCode, errorOf(run)]).toMatchObject([1, { code: "RESTORE_FAILED" }]);
  const { logFile } = documentOf(run);
  expect(`${run.stdout}${run.stderr}${readFileSync(String(logFile), "utf8")}`).not.toContain("hunter");
}, 180_000);

test("a subscription of the dump keeps no scratch database, and what replicates from the old one is named", async () => {
  await server.psql(
    "CREATE SUBSCRIPTION feed CONNECTION 'dbname=nowhere password=hunter2' PUBLICATION p WITH (connect = false)",
  );
  const proven = await project.run("backup-db", ["--verify", "restore", "--json"]);
  expect([proven.exitCode, proven.stderr]).toEqual([0, proven.stderr]);
  expect(await server.psql("SELECT count(*) FROM pg_database", "postgres")).toBe("4");
  const { id } = (documentOf(proven).result as { backup: { id: string } }).backup;
  await server.psql("SELECT pg_create_logical_replication_slot('reader', 'pgoutput')");
  const run = await inPlace(id);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  const [placed] = (documentOf(run).result as { placed: Placed[] }).placed;
  expect(placed?.remarks).toEqual([
    `the replication slot reader belongs to ${placed?.kept}: who reads app by it needs a new one`,
    `the subscription feed goes on in ${placed?.kept}, and not in app`,
  ]);
  for (const name of ["app", placed?.kept]) {
    await server.psql("ALTER SUBSCRIPTION feed SET (slot_name = NONE)", name);
    await server.psql("DROP SUBSCRIPTION feed", name);
  }
}, 180_000);

test("a database of the name that others are made from takes its place again, and comes back, in its tablespace", async () => {
  project[Symbol.dispose]();
  project = openBackupProject(server, {}, { name: "postgres" });
  await succeed(["docker", "exec", server.container, "install", "-d", "-o", "postgres", "/fast"], {
    deadlineMs: 20_000,
  });
  await server.psql("CREATE TABLE kept AS SELECT 1 AS row", "postgres");
  await server.psql("CREATE TABLESPACE fast LOCATION '/fast'", "template1");
  await server.psql("ALTER DATABASE postgres SET TABLESPACE fast", "template1");
  const id = await backUp();
  await server.psql("DROP TABLE kept", "postgres");
  // Whatever froze all writing, a restore is to write.
  await server.psql("ALTER ROLE owner SET default_transaction_read_only = on", "postgres");
  const run = await project.run("restore-db", ["restore", id, "--in-place", "--confirm=postgres"]);
  const unfrozen =
    "SET default_transaction_read_only = off; ALTER ROLE owner RESET default_transaction_read_only";
  await server.psql(unfrozen, "template1");
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  expect(await server.psql("SELECT row FROM kept", "postgres")).toBe("1");
  const tablespace =
    "SELECT spcname FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = 'postgres'";
  expect(await server.psql(tablespace, "template1")).toBe("fast");
  expect((await project.run("restore-db", ["swap-back", "postgres", "--confirm=postgres"])).exitCode).toBe(0);
  expect(await server.psql("SELECT to_regclass('kept') IS NULL", "postgres")).toBe("t");
  await server.psql("ALTER DATABASE postgres SET TABLESPACE pg_default", "template1");
}, 180_000);

test("a prepared transaction is named before anything is restored, and by the backup that lacks it", async () => {
  await server.psql("BEGIN; DELETE FROM cells; PREPARE TRANSACTION 'held'");
  const made = await project.run("backup-db", ["--json"]);
  expect(made.stderr).toContain("not in the backup of app: what the prepared transaction held has written");
  const { id } = (documentOf(made).result as { backup: { id: string } }).backup;
  const run = await inPlace(id);
  await server.psql("ROLLBACK PREPARED 'held'");
  expect([run.exitCode, errorOf(run).code]).toEqual([4, "DATABASE_IN_USE"]);
  expect(run.stderr).not.toContain("its place");
}, 180_000);

test("a backup of another project takes no database's place unless that project is named", async () => {
  const id = await backUp();
  const path = join(project.backups, id, "manifest.json");
  writeFileSync(
    path,
    JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), project: "somebody-elses" }),
  );
  const refused = await inPlace(id);
  expect([refused.exitCode, errorOf(refused)]).toMatchObject([
    2,
    { code: "CONFIRMATION_NEEDED", details: { flag: "--confirm=somebody-elses" } },
  ]);
  expect(refused.stderr).toContain("is a backup of the project somebody-elses, not of backups");
  const run = await project.run("restore-db", ["restore", id, "--in-place", "--confirm=somebody-elses"]);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
}, 180_000);

test("a database that is gone altogether comes back", async () => {
  const id = await backUp();
  await server.psql("DROP DATABASE app WITH (FORCE)", "postgres");
  const run = await inPlace(id);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  expect(documentOf(run).result).toMatchObject({ placed: [{ at: "app", refused: [] }] });
  expect(await cells()).toBe("1000");
}, 180_000);

test("a role that the server lacks is named before anything is made, and by show", async () => {
  await server.psql("CREATE ROLE goes; GRANT CONNECT ON DATABASE app TO goes");
  const id = await backUp();
  await server.psql("REVOKE CONNECT ON DATABASE app FROM goes; DROP ROLE goes");
  const run = await inPlace(id);
  expect([run.exitCode, errorOf(run)]).toMatchObject([
    4,
    { code: "ROLES_MISSING", details: { missing: ["goes"] } },
  ]);
  expect((await project.run("restore-db", ["show", id])).stdout).toContain(
    "app needs roles that the server lacks: goes",
  );
  expect(await server.psql("SELECT count(*) FROM pg_database", "postgres")).toBe("4");
}, 180_000);

test("a role that only a table's rights name ends the restore, and the database that serves is not touched", async () => {
  await server.psql("CREATE ROLE goes; GRANT SELECT ON cells TO goes");
  const id = await backUp();
  await server.psql("DROP OWNED BY goes; DROP ROLE goes; DELETE FROM cells WHERE i > 10");
  const run = await inPlace(id);
  expect([run.exitCode, errorOf(run)]).toMatchObject([
    1,
    { code: "RESTORE_FAILED", remedy: expect.stringContaining("role") },
  ]);
  expect(await cells()).toBe("10");
  expect(await server.psql("SELECT count(*) FROM pg_database", "postgres")).toBe("4");
}, 180_000);

test("when the database cannot get its place, the folder keeps its own, and all that is written into it", async () => {
  await server.psql(
    "CREATE ROLE weak LOGIN CREATEDB PASSWORD 'weak'; ALTER DATABASE app OWNER TO weak; ALTER TABLE cells OWNER TO weak; GRANT ALL ON SCHEMA public TO weak",
  );
  project[Symbol.dispose]();
  project = openBackupProject(server, { directories: ["uploads"] }, { user: "weak" });
  writeFileSync(join(project.root, ".env"), "DB_PASSWORD=weak\n", { mode: 0o600 });
  const uploads = join(project.root, "uploads");
  mkdirSync(uploads);
  writeFileSync(join(uploads, "file"), "backed up");
  const id = await backUp();
  writeFileSync(join(uploads, "file"), "serving");
  await server.psql("DELETE FROM cells WHERE i > 10");

  // A superuser's session, which the user of the configuration may not end.
  await using held = await connect(server.access(), { asUsual: true });
  const attempt = project.start("restore-db", ["restore", id, "--in-place", "--confirm=backups", "--json"]);
  let written = 0;
  while (attempt.child.exitCode === null) {
    writeFileSync(join(uploads, `written ${written}`), "");
    written += 1;
    await Bun.sleep(20);
  }
  const run = await attempt.ended;
  expect([run.exitCode, errorOf(run).code]).toEqual([4, "DATABASE_IN_USE"]);
  expect(readFileSync(join(uploads, "file"), "utf8")).toBe("serving");
  expect(readdirSync(uploads)).toHaveLength(written + 1);
  expect(readdirSync(project.root).filter((name) => name.includes("uploads"))).toEqual(["uploads"]);
  expect(await held.query("SELECT count(*)::int AS cells FROM cells")).toEqual([{ cells: 10 }]);
  expect(await server.psql("SELECT count(*) FROM pg_database", "postgres")).toBe("4");
  await server.psql("REASSIGN OWNED BY weak TO owner; DROP OWNED BY weak");
}, 180_000);

test("when a file cannot get its place, what has its own is taken back, and what was restored stays to be looked at", async () => {
  project[Symbol.dispose]();
  project = openBackupProject(server, { directories: ["uploads"], files: ["edge.conf"] });
  const [uploads, conf] = [join(project.root, "uploads"), join(project.root, "edge.conf")];
  mkdirSync(uploads);
  writeFileSync(join(uploads, "file"), "backed up");
  writeFileSync(conf, "backed up");
  const id = await backUp();
  writeFileSync(join(uploads, "file"), "serving");
  await server.psql("DELETE FROM cells WHERE i > 10");
  await succeed(["chattr", "+i", conf], { deadlineMs: 20_000 });
  const run = await project.run("restore-db", ["restore", id, "--in-place", "--confirm=backups", "--json"]);
  await succeed(["chattr", "-i", conf], { deadlineMs: 20_000 });
  expect([run.exitCode, errorOf(run).code]).toEqual([2, "TARGET_UNUSABLE"]);
  expect([await cells(), readFileSync(join(uploads, "file"), "utf8")]).toEqual(["10", "serving"]);
  const aside = (what: string) => {
    const [, at = ""] = new RegExp(`${what} is again what it was; .* is in (\\S+)`).exec(run.stderr) ?? [];
    return at;
  };
  expect(readFileSync(join(aside(uploads), "file"), "utf8")).toBe("backed up");
  expect(await server.psql("SELECT count(*) FROM cells", aside("app"))).toBe("1000");
  const listed = (await project.run("restore-db", ["list"])).stdout.split("\n\nRESTORED")[1];
  expect(listed).toContain(aside(uploads));
  expect(listed).toContain(aside("app"));
  const next = await project.run("restore-db", [
    "restore",
    id,
    "--path",
    "uploads",
    "--in-place",
    "--confirm=uploads",
  ]);
  expect([next.exitCode, next.stderr]).toEqual([0, expect.not.stringContaining("cut off")]);
  await server.psql(`DROP DATABASE ${aside("app")}`, "postgres");
}, 180_000);

test("what a user who is no superuser may not set again is named, and the exit code says so", async () => {
  await server.psql(`
    CREATE ROLE plain LOGIN CREATEDB PASSWORD 'plain'; GRANT pg_signal_backend TO plain;
    ALTER DATABASE app OWNER TO plain; ALTER TABLE cells OWNER TO plain; GRANT ALL ON SCHEMA public TO plain;
    ALTER DATABASE app SET log_min_duration_statement = '5s'; ALTER DATABASE app SET work_mem = '8MB'`);
  project[Symbol.dispose]();
  project = openBackupProject(server, {}, { user: "plain" });
  writeFileSync(join(project.root, ".env"), "DB_PASSWORD=plain\n", { mode: 0o600 });
  const id = await backUp();
  const run = await inPlace(id);
  expect([run.exitCode, run.stderr]).toEqual([5, run.stderr]);
  const [placed] = (documentOf(run).result as { placed: Placed[] }).placed;
  expect(placed?.refused).toEqual([expect.stringContaining("log_min_duration_statement=5s")]);
  expect(await server.psql("SHOW work_mem")).toBe("8MB");
  expect(await cells()).toBe("1000");
  await server.psql("REASSIGN OWNED BY plain TO owner; DROP OWNED BY plain", "app");
}, 180_000);

test("a setting that the server has dropped since, or takes no more, is named, and the restore is whole nevertheless", async () => {
  await server.psql("ALTER DATABASE app SET work_mem = '8MB'; CREATE ROLE reporter");
  const id = await backUp();
  const path = join(project.backups, id, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  // The first was dropped by PostgreSQL 14; a value that was once one is another way to the same end.
  const gone = ["vacuum_cleanup_index_scale_factor=0.1", "default_transaction_isolation=none such"];
  manifest.items[0].facts.settings = [
    { values: [...gone, "work_mem=8MB"] },
    { role: "reporter", values: [gone[0]] },
  ];
  writeFileSync(path, JSON.stringify(manifest));
  const run = await project.run("restore-db", ["restore", id, "--in-place", "--confirm=app"]);
  expect([run.exitCode, run.stderr]).toEqual([5, run.stderr]);
  for (const named of [
    `${gone[0]}: unrecognized configuration parameter "vacuum_cleanup_index_scale_factor"`,
    `${gone[1]}: invalid value for parameter "default_transaction_isolation": "none such"`,
    `for reporter, ${gone[0]}: unrecognized configuration parameter "vacuum_cleanup_index_scale_factor"`,
  ])
    expect(run.stderr).toContain(`not set again: ${named}`);
  expect(await server.psql("SHOW work_mem")).toBe("8MB");
  expect(await cells()).toBe("1000");
  await server.psql("DROP ROLE reporter");
}, 180_000);
