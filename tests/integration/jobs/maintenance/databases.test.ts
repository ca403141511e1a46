import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { listBackups } from "../../../../sdk/core/manifest/index.ts";
import { integrity } from "../../../../sdk/jobs/maintenance/tasks/integrity.ts";
import { vacuum } from "../../../../sdk/jobs/maintenance/tasks/vacuum.ts";
import { docker } from "../../../../sdk/systems/docker/index.ts";
import { connect } from "../../../../sdk/systems/postgres/index.ts";
import { openBackupProject } from "../../../support/backup-project.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { maintenanceDesk } from "../../../support/maintenance-desk.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";
import { untilPasses } from "../../../support/until.ts";

let server: PostgresServer;
beforeAll(async () => {
  // Without autovacuum only what is tested tidies up; with few buffers what is on the disk is read again.
  server = await startPostgres([], ["autovacuum=off", "shared_buffers=128kB"]);
  await server.psql(`
    CREATE TABLE "Odd ""name" (id int PRIMARY KEY, text text);
    INSERT INTO "Odd ""name" SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n;
    UPDATE "Odd ""name" SET text = repeat('y', 100);
    CREATE TABLE well (id int PRIMARY KEY);
    INSERT INTO well SELECT generate_series(1, 500);
    CREATE TABLE fresh AS SELECT generate_series(1, 5000) AS id;
    CREATE ROLE guest LOGIN PASSWORD 'guest';
    CREATE DATABASE other;`);
}, 120_000);
afterAll(() => server[Symbol.asyncDispose]());

const statistics = `SELECT count(*) FROM pg_stat_user_tables WHERE n_dead_tup >= 1000 OR n_mod_since_analyze >= 5000`;
const seen = (count: string) =>
  untilPasses(async () => expect(await server.psql(statistics)).toBe(count), 30_000);

test("tables are vacuumed and analysed where their statistics say so, and others are left alone", async () => {
  using project = openBackupProject(server, { databases: ["other"] });
  await seen("2");
  const dry = await vacuum.run(maintenanceDesk(project.configuration, { dryRun: true }));
  expect(dry).toMatchObject({ outcome: "done", summary: "2 tables would be tidied" });
  await seen("2");

  const { details } = Object(await vacuum.run(maintenanceDesk(project.configuration)));
  expect(details.tables).toEqual([
    { table: 'app.public.Odd "name', need: "vacuum", dead: 20_000, live: 20_000, outcome: "tidied" },
    { table: "app.public.fresh", need: "analyze", dead: 0, live: 5_000, outcome: "tidied" },
  ]);
  await seen("0");
  expect(await vacuum.run(maintenanceDesk(project.configuration))).toMatchObject({
    summary: "0 tables tidied",
  });
});

test("a table that another session has locked is given up after lockTimeout, and named", async () => {
  await server.psql(`UPDATE "Odd ""name" SET text = repeat('z', 100)`);
  await seen("1");
  using project = openBackupProject(server);
  const quick = { ...project.configuration.maintenance, lockTimeout: 200 };
  await using holder = await connect(server.access(), { asUsual: true });
  await holder.query(`BEGIN; LOCK TABLE "Odd ""name" IN ACCESS EXCLUSIVE MODE`);
  const failure = await failureOf(
    vacuum.run(maintenanceDesk({ ...project.configuration, maintenance: quick })),
  );
  expect(failure.code).toBe("DATABASE_LOCKED");
  expect(failure.message).toContain('app.public.Odd "name could not be vacuumed');
});

test("a table whose dead rows an open transaction may still read is not called tidied", async () => {
  await using reader = await connect(server.access(), { asUsual: true });
  await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await reader.query("SELECT count(*) FROM well");
  await server.psql(
    "CREATE TABLE read AS SELECT generate_series(1, 9000) AS id; DELETE FROM read WHERE id > 99",
  );
  await seen("2");
  using project = openBackupProject(server);
  const { summary, details } = Object(await vacuum.run(maintenanceDesk(project.configuration)));
  expect(summary).toMatch(
    /^1 table tidied; app\.public\.read kept the dead rows that .* process \d+ of owner, idle in tr/,
  );
  expect(details.tables).toContainEqual(
    expect.objectContaining({ table: "app.public.read", outcome: "still read" }),
  );
  await reader.query("COMMIT");
  expect(await vacuum.run(maintenanceDesk(project.configuration))).toMatchObject({
    summary: "1 table tidied",
  });
  await server.psql(`DROP TABLE read; UPDATE "Odd ""name" SET text = repeat('z', 100)`);
  await seen("1");
});

test("a user who owns nothing vacuums nothing, and may not read what only a superuser may", async () => {
  using project = openBackupProject(server, {}, { user: "guest", passwordVariable: "GUEST_PASSWORD" });
  process.env["GUEST_PASSWORD"] = "guest";
  const desk = maintenanceDesk(project.configuration);
  expect(await vacuum.run(desk)).toMatchObject({
    summary: "0 tables tidied; 1 table of other owners left to autovacuum",
  });
  expect(await integrity.run(desk)).toMatchObject({
    outcome: "skipped",
    summary: expect.stringContaining("may not use amcheck"),
  });
});

test("whole databases are read from end to end, and nothing stays behind in them", async () => {
  using project = openBackupProject(server, { databases: ["other"], sqlite: ["app.sqlite"] });
  const path = join(project.root, "app.sqlite");
  using sqlite = new Database(path);
  sqlite.exec("PRAGMA journal_mode=wal; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  const end = await integrity.run(maintenanceDesk(project.configuration));
  expect(end).toMatchObject({
    outcome: "done",
    summary: `app: 3 tables read; other: 0 tables read; ${path}: 1 table read`,
  });
  expect(await server.psql("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'")).toBe("0");
});

test("a damaged SQLite database fails the task, and says in what", async () => {
  using project = openBackupProject(server, { sqlite: ["bad.sqlite"] });
  const path = join(project.root, "bad.sqlite");
  const sqlite = new Database(path);
  sqlite.exec("CREATE TABLE t (x); CREATE INDEX i ON t (x)");
  const insert = sqlite.prepare("INSERT INTO t VALUES (?)");
  sqlite.transaction(() => {
    for (let n = 0; n < 2_000; n += 1) insert.run(`row ${n}`);
  })();
  sqlite.close();
  overwrite(path, 4_096, "damage".repeat(50));
  const failure = await failureOf(integrity.run(maintenanceDesk(project.configuration)));
  expect(failure.code).toBe("DATABASE_DAMAGED");
  expect(failure.message).toBe(`damage in ${path}`);
});

test("the newest backup is restored where nobody looks, and its manifest says so; a damaged one alarms", async () => {
  using project = openBackupProject(server);
  const task = async () => {
    const { exitCode, stdout } = await project.run("maintenance", ["--task", "restore-test", "--json"]);
    return { exitCode, report: JSON.parse(stdout).result.tasks[0] };
  };
  expect(await task()).toMatchObject({
    exitCode: 0,
    report: { outcome: "skipped", summary: "there is no backup to restore" },
  });
  const { exitCode, stdout } = await project.run("backup-db", ["--json"]);
  expect(exitCode).toBe(0);
  const [backup] = listBackups(project.backups).backups;
  expect(stdout).toContain(backup?.id ?? "nothing");
  expect(backup?.verified.tier).toBe("decode");

  const before = await server.psql("SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database");
  expect(await task()).toMatchObject({
    exitCode: 0,
    report: { outcome: "done", summary: `${backup?.id} restores: app` },
  });
  expect(await server.psql("SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database")).toBe(before);
  expect(listBackups(project.backups).backups[0]?.verified.tier).toBe("restore");

  const file = backup?.items.find(({ type }) => type === "postgres")?.file ?? "";
  overwrite(join(project.backups, backup?.id ?? "", file), 200, "damage");
  const damaged = await task();
  expect(damaged).toMatchObject({ exitCode: 1, report: { outcome: "failed" } });
  expect(damaged.report.code).toBeOneOf(["BACKUP_DAMAGED", "RESTORE_FAILED", "COMMAND_FAILED"]);
  expect(await server.psql("SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database")).toBe(before);
});

test("an index and a table that are damaged on the disk fail the task, each by its name", async () => {
  // An index whose order no longer holds, as after an upgrade of the system's locale.
  await server.psql(`
    CREATE FUNCTION backwards(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
    CREATE TABLE sorted AS SELECT n::text AS word FROM generate_series(1, 3000) n;
    CREATE INDEX by_word ON sorted (backwards(word));
    CREATE OR REPLACE FUNCTION backwards(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT reverse($1)';
    CREATE TABLE torn AS SELECT repeat('row', 20) AS text FROM generate_series(1, 3000) n;`);
  const file = await server.psql(
    "SELECT setting || '/' || pg_relation_filepath('torn') FROM pg_settings WHERE name = 'data_directory'",
  );
  await server.psql("CHECKPOINT");
  const damage = `printf 'damage-damage-damage-damage' | dd of=${file} bs=1 seek=8000 conv=notrunc`;
  await docker(["exec", "--user", "root", server.container, "sh", "-c", damage], { deadlineMs: 20_000 });
  await server.psql(`SELECT count(*) FROM "Odd ""name" a JOIN well b ON a.id = b.id`);
  using project = openBackupProject(server);
  const failure = await failureOf(integrity.run(maintenanceDesk(project.configuration)));
  expect(failure.code).toBe("DATABASE_DAMAGED");
  expect(failure.why).toMatch(/"public"\."torn": block 0: /);
  expect(failure.why).toMatch(/"public"\."sorted": index by_word: heap tuple .* lacks matching index tuple/);
  expect(failure.message).toBe('damage in "public"."sorted", "public"."torn"');
});

test("damage is told whatever else could not be read: a table that is held, a page, a database that is not there", async () => {
  await server.psql(
    "CREATE TABLE header AS SELECT repeat('row', 20) AS text FROM generate_series(1, 3000) n",
  );
  const file = await server.psql(
    "SELECT setting || '/' || pg_relation_filepath('header') FROM pg_settings WHERE name = 'data_directory'",
  );
  await server.psql("CHECKPOINT");
  const damage = `printf 'damage-damage-damage-damage' | dd of=${file} bs=1 seek=8192 conv=notrunc`;
  await docker(["exec", "--user", "root", server.container, "sh", "-c", damage], { deadlineMs: 20_000 });
  await server.psql(`SELECT count(*) FROM "Odd ""name" a JOIN well b ON a.id = b.id`);
  using project = openBackupProject(server, { databases: ["nowhere"], sqlite: ["missing.sqlite"] });
  const quick = { ...project.configuration.maintenance, lockTimeout: 200 };
  await using holder = await connect(server.access(), { asUsual: true });
  await holder.query("BEGIN; LOCK TABLE fresh IN ACCESS EXCLUSIVE MODE");
  const failure = await failureOf(
    integrity.run(maintenanceDesk({ ...project.configuration, maintenance: quick })),
  );
  expect(failure.code).toBe("DATABASE_DAMAGED");
  expect(failure.why).toMatch(/"public"\."header": invalid page in block 1/);
  expect(failure.why).toMatch(/"public"\."sorted": index by_word/);
  expect(failure.why).toContain('app: "public"."fresh": not read, for another session holds it');
  expect(failure.why).toMatch(/not all was read: there is no database nowhere .*; .*missing\.sqlite/);
});

test("a table that is dropped while it waits for its turn is no damage, and costs the others nothing", async () => {
  await server.psql(`
    DROP TABLE header, sorted, torn;
    CREATE TABLE zz AS SELECT generate_series(1, 5000) AS id;
    UPDATE zz SET id = id + 1; UPDATE "Odd ""name" SET text = repeat('a', 100);`);
  await seen("2");
  using project = openBackupProject(server);
  const patient = { ...project.configuration.maintenance, lockTimeout: 30_000 };
  const desk = maintenanceDesk({ ...project.configuration, maintenance: patient });
  const whileHeld = async (task: typeof vacuum) => {
    await using holder = await connect(server.access(), { asUsual: true });
    await holder.query(`BEGIN; LOCK TABLE "Odd ""name" IN ACCESS EXCLUSIVE MODE`);
    const running = task.run(desk);
    await untilPasses(async () => {
      const waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
      expect(await server.psql(waiting)).toBe("1");
    }, 30_000);
    await server.psql("DROP TABLE zz");
    await holder.query("COMMIT");
    return running;
  };
  expect(await whileHeld(vacuum)).toMatchObject({ outcome: "done", summary: "1 table tidied" });
  await server.psql("CREATE TABLE zz AS SELECT generate_series(1, 5) AS id");
  expect(await whileHeld(integrity)).toMatchObject({ outcome: "done" });
});

function overwrite(path: string, at: number, text: string): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, Buffer.from(text), 0, text.length, at);
  closeSync(descriptor);
}
