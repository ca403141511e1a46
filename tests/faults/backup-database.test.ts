import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { listBackups } from "../../sdk/core/manifest/index.ts";
import { docker } from "../../sdk/systems/docker/index.ts";
import { connect } from "../../sdk/systems/postgres/index.ts";
import { openBackupProject } from "../support/backup-project.ts";
import { backupScene } from "../support/backup-scene.ts";
import { errorOf } from "../support/document.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { untilPasses } from "../support/until.ts";

const scene = backupScene({
  sql: `
    CREATE TABLE people (id int PRIMARY KEY, name text);
    INSERT INTO people SELECT n, 'person ' || n FROM generate_series(1, 500) n;
    CREATE ROLE blind LOGIN PASSWORD 'blind';
  `,
  backups: { lockWait: "500ms" },
});

/** What a backup of another configuration, into the same folder, ends with; the last good one stands as it did. */
async function failing(database: Record<string, unknown>, env: Record<string, string> = {}) {
  using other = openBackupProject(
    scene.server,
    { directory: scene.project.backups, lockWait: "500ms" },
    database,
  );
  const ended = await other.run("backup-db", ["--json"], env);
  expectUntouched();
  const { code, why } = errorOf(ended);
  return { exitCode: ended.exitCode, code, why };
}

function expectUntouched(): void {
  expect(listBackups(scene.project.backups)).toMatchObject({ backups: [{ id: scene.good }], unreadable: [] });
  expect(readdirSync(scene.project.backups)).toEqual([scene.good]);
}

test("a wrong password", async () => {
  const wrong = await failing({ passwordVariable: "OTHER" }, { OTHER: "wrong" });
  expect(wrong).toMatchObject({ exitCode: 1, code: "DATABASE_DENIED" });
}, 30_000);

test("a role that may not read a table, which is named", async () => {
  const blind = await failing({ user: "blind", passwordVariable: "BLIND" }, { BLIND: "blind" });
  expect(blind).toMatchObject({ exitCode: 1, code: "DATABASE_FORBIDDEN" });
  expect(blind.why).toContain("permission denied for table people");
}, 30_000);

test("a database that is not there", async () => {
  expect(await failing({ name: "nowhere" })).toMatchObject({ exitCode: 1, code: "DATABASE_UNKNOWN" });
}, 30_000);

test("a lock that is not given up is not waited for longer than configured", async () => {
  await using holder = await connect(scene.server.access(), { asUsual: true });
  await holder.query("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE");
  expect(await failing({})).toMatchObject({ exitCode: 1, code: "DATABASE_LOCKED" });
  await holder.query("ROLLBACK");
}, 30_000);

test("a disk that fills up, and one that could not hold what the last backup took", async () => {
  using small = openBackupProject(scene.server, { directory: "small" });
  await using disk = await mountSmallDisk(`${small.root}/small`);
  expect((await small.run("backup-db")).exitCode).toBe(0);
  const [first] = listBackups(disk.folder).backups;
  const noise = "CREATE TABLE noise AS SELECT gen_random_uuid() AS id FROM generate_series(1, $)";
  await scene.server.psql(noise.replace("$", "200000"));
  const full = await small.run("backup-db", ["--json"]);
  expect([full.exitCode, errorOf(full).code]).toEqual([1, "NO_SPACE"]);
  expect(readdirSync(disk.folder)).toEqual([first?.id ?? ""]);

  await scene.server.psql(`DROP TABLE noise; ${noise.replace("$", "30000")}`);
  expect((await small.run("backup-db")).exitCode).toBe(0);
  const held = listBackups(disk.folder).backups.map(({ id }) => id);
  const refused = await small.run("backup-db", ["--json"]);
  expect([refused.exitCode, errorOf(refused).code]).toEqual([1, "NO_SPACE"]);
  expect(errorOf(refused).message).toContain("the backup needs about");
  expect(listBackups(disk.folder).backups.map(({ id }) => id)).toEqual(held);
  await scene.server.psql("DROP TABLE noise");
}, 60_000);

test("the last good backup restores after all of it", () => scene.expectRestores(scene.good, 500), 60_000);

test("a server that stops half way", async () => {
  await using holder = await connect(scene.server.access(), { asUsual: true });
  await holder.query("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE");
  using other = openBackupProject(scene.server, { directory: scene.project.backups });
  const started = other.start("backup-db", ["--json"]);
  const tools = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'switchover-tool backups'";
  await untilPasses(async () => expect(await scene.server.psql(tools, "postgres")).toBe("1"), 30_000);
  await docker(["kill", scene.server.container], { deadlineMs: 30_000 });
  const ended = await started.ended;
  expect([ended.exitCode, errorOf(ended).code]).toEqual([1, "DATABASE_UNREACHABLE"]);
  expectUntouched();
}, 60_000);
