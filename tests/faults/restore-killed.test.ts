import { afterAll, beforeAll, expect, test } from "bun:test";
import { resolve } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";
import { type BackupProject, openBackupProject } from "../support/backup-project.ts";
import { documentOf } from "../support/document.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { checkout } from "../support/stack.ts";

const preload = resolve(import.meta.dir, "../support/preload/die-at-query.ts");
let server: PostgresServer;
let project: BackupProject;
let backup: string;

beforeAll(async () => {
  server = await startPostgres();
  // Building the index takes so long that a restore can be caught in the middle of it.
  await server.psql(`
    CREATE TABLE who (am text);
    INSERT INTO who VALUES ('backed up');
    CREATE FUNCTION slow(t text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.5); RETURN t; END $$;
    CREATE INDEX ON who (slow(am));
    ALTER DATABASE app SET work_mem = '16MB';
  `);
  project = openBackupProject(server);
  const run = await project.run("backup-db", ["--json"]);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  backup = (documentOf(run).result as { backup: { id: string } }).backup.id;
  await server.psql("UPDATE who SET am = 'serving'");
}, 120_000);

afterAll(async () => {
  project?.[Symbol.dispose]();
  await server?.[Symbol.asyncDispose]();
}, 180_000);

const flags = () => ["restore", backup, "--in-place", "--confirm=app", "--json"];
const whoServes = () => server.psql("SELECT am FROM who");
const databases = (pattern: string) =>
  server.psql(`SELECT datname FROM pg_database WHERE datname ~ '${pattern}' ORDER BY 1`, "postgres");
const staged = () =>
  succeed(["docker", "exec", server.container, "sh", "-c", "ls /tmp"], { deadlineMs: 20_000 });

/** Starts a restore that dies at a statement. */
async function killedAt(moment: string): Promise<void> {
  const argv = [process.execPath, "--preload", preload, `${checkout}/scripts/restore-db.ts`];
  const child = Bun.spawn([...argv, "--config", project.configFile, ...flags()], {
    env: { ...process.env, DIE_AT_QUERY: moment },
    stdout: "ignore",
    stderr: "ignore",
  });
  expect(await child.exited).toBe(137);
}

/** The next run does what is wanted, and nothing of the killed one is left. */
async function nextRunRestores(): Promise<void> {
  const next = await project.run("restore-db", ["restore", backup, "--as", "again"]);
  expect([next.exitCode, next.stderr]).toEqual([0, next.stderr]);
  expect(await server.psql("SELECT am FROM who", "again")).toBe("backed up");
  expect(await databases("^switchover_restore_")).toBe("");
  expect(await staged()).not.toContain("switchover_restore_");
  await server.psql("DROP DATABASE again", "postgres");
}

test.each([
  "/^CREATE DATABASE/ before",
  "/^CREATE DATABASE/ after",
  "/^COMMENT ON DATABASE/ after",
  "/^ANALYZE/ before",
  "/^ANALYZE/ after",
  "/FROM pg_extension/ after",
  "/^BEGIN; ALTER DATABASE/ after",
  "/RENAME TO/ before",
  "/RENAME TO .app.$/ after",
  "/^COMMIT$/ before",
])(
  "killed at %s, the old database serves, and the next run clears away and restores",
  async (moment) => {
    await killedAt(moment);
    expect(await whoServes()).toBe("serving");
    await server.psql("INSERT INTO who VALUES ('written'); DELETE FROM who WHERE am = 'written'");
    await nextRunRestores();
  },
  60_000,
);

test("killed after the commit, the new database serves, and the old one is kept", async () => {
  await killedAt("/^COMMIT$/ after");
  expect(await whoServes()).toBe("backed up");
  const back = await project.run("restore-db", ["swap-back", "--confirm=app"]);
  expect([back.exitCode, back.stderr]).toEqual([0, back.stderr]);
  expect(await whoServes()).toBe("serving");
}, 180_000);

test("killed while pg_restore is at work, and interrupted there, nothing of it is left", async () => {
  const atWork =
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'switchover-tool backups' AND datname ~ 'switchover_restore'";
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    const run = project.start("restore-db", flags());
    while ((await server.psql(atWork)) === "0") {
      if (run.child.exitCode !== null) throw new Error((await run.ended).stderr);
    }
    run.child.kill(signal);
    const { exitCode, signal: by } = await run.ended;
    expect(signal === "SIGKILL" ? by : exitCode).toBe(signal === "SIGKILL" ? "SIGKILL" : 130);
    expect(await whoServes()).toBe("serving");
    if (signal === "SIGTERM") expect(await databases("^switchover_restore_")).toBe("");
    else await nextRunRestores();
  }
}, 180_000);
