import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { folderOf, listBackups, writeManifest } from "../../../../sdk/core/manifest/index.ts";
import { connect, freshName } from "../../../../sdk/systems/postgres/index.ts";
import { type Azurite, startAzurite } from "../../../support/azurite.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { documentOf, errorOf } from "../../../support/document.ts";
import { manifestWith } from "../../../support/manifests.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";
import { mountSmallDisk } from "../../../support/small-disk.ts";
import { checkout } from "../../../support/stack.ts";

const preload = resolve(import.meta.dir, "../../../support/preload/die-at-query.ts");
let server: PostgresServer;
let azurite: Azurite;
beforeAll(async () => {
  [server, azurite] = await Promise.all([startPostgres(), startAzurite()]);
  await server.psql(`
    CREATE TABLE people (id int PRIMARY KEY, name text);
    INSERT INTO people SELECT n, 'person ' || n FROM generate_series(1, 500) n;
  `);
}, 120_000);
afterAll(() => Promise.all([server?.[Symbol.asyncDispose](), azurite?.[Symbol.asyncDispose]()]));

const newest = (project: BackupProject) => listBackups(project.backups).backups[0];
const scratchDatabases = () =>
  server.psql("SELECT datname FROM pg_database WHERE datname LIKE 'switchover%'", "postgres");

/** A project with backups of long ago, of the same things as the ones that will be made. */
async function projectWithHistory(backups: Record<string, unknown> = {}): Promise<BackupProject> {
  const project = openBackupProject(server, { keepCount: 2, ...backups });
  const { exitCode, stderr } = await project.run("backup-db", ["--kind", "scheduled"]);
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  const { items = [] } = newest(project) ?? {};
  for (const day of [1, 2, 3, 4]) {
    const startedAt = new Date(Date.now() - day * 86_400_000).toISOString();
    const old = manifestWith({ project: "backups", kind: "scheduled", startedAt, items });
    mkdirSync(folderOf(project.backups, old));
    writeManifest(folderOf(project.backups, old), old);
  }
  return project;
}

test("proven by a restore, a backup says so, and nothing of the restore is left", async () => {
  // As a run leaves it that is killed while it restores.
  const left = `switchover_restore_${"0".repeat(16)}`;
  const marker = { state: "restoring", project: "backups", database: "app", at: new Date().toISOString() };
  await server.psql(`CREATE DATABASE ${left}`, "postgres");
  await server.psql(`COMMENT ON DATABASE ${left} IS 'switchover: ${JSON.stringify(marker)}'`, "postgres");
  using project = openBackupProject(server);
  const { exitCode, stderr } = await project.run("backup-db", ["--verify", "restore"]);
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  expect(newest(project)?.verified.tier).toBe("restore");
  expect(await scratchDatabases()).toBe("");
});

test("a scratch database whose run was killed before it could mark it is cleared later, and no other that looks like it", async () => {
  using project = openBackupProject(server);
  const argv = [process.execPath, "--preload", preload, `${checkout}/scripts/backup-db.ts`];
  const killed = Bun.spawn([...argv, "--config", project.configFile, "--verify", "restore"], {
    env: { ...process.env, DIE_AT_QUERY: "/^CREATE DATABASE/ after" },
    stdout: "ignore",
    stderr: "ignore",
  });
  expect(await killed.exited).toBe(137);
  const left = await scratchDatabases();
  expect(left).toMatch(/^switchover_restore_[0-9a-f]{8}_[0-9a-f]{16}$/);
  const hourAgo = new Date(Date.now() - 3_600_000);
  const old = freshName(hourAgo);
  const filled = freshName(hourAgo);
  const spoken = freshName(hourAgo);
  const used = freshName(hourAgo);
  await server.psql(`ALTER DATABASE ${left} RENAME TO ${old}`, "postgres");
  for (const name of [filled, spoken, used]) await server.psql(`CREATE DATABASE ${name}`, "postgres");
  await server.psql("CREATE SCHEMA somebodys", filled);
  await server.psql(`COMMENT ON DATABASE ${spoken} IS 'mine'`, "postgres");
  const young = freshName(new Date());
  await server.psql(`CREATE DATABASE ${young}`, "postgres");
  await server.psql("CREATE DATABASE switchover_restore_mine", "postgres");
  const kept = [filled, spoken, used, young, "switchover_restore_mine"];

  await using session = await connect(server.access(used));
  await session.query("SELECT 1");
  const { exitCode, stderr } = await project.run("backup-db", ["--verify", "restore"]);
  expect([exitCode, stderr]).toEqual([0, stderr]);
  expect(stderr).toContain(`removed the scratch database ${old} of a run that was cut off`);
  expect((await scratchDatabases()).split("\n").toSorted()).toEqual(kept.toSorted());

  await session[Symbol.asyncDispose]();
  const maintained = await project.run("maintenance", ["--task", "prune-replaced"]);
  expect([maintained.exitCode, maintained.stderr]).toEqual([0, maintained.stderr]);
  expect(await scratchDatabases()).not.toContain(used);
  for (const name of kept) await server.psql(`DROP DATABASE IF EXISTS ${name}`, "postgres");
}, 60_000);

test("a backup that cannot be restored is kept and not called proven, and nothing is pruned for it", async () => {
  await server.psql("CREATE ROLE modest LOGIN PASSWORD 'modest' ; GRANT pg_read_all_data TO modest");
  await server.psql("GRANT CONNECT ON DATABASE app TO modest");
  using project = openBackupProject(server, { keepCount: 1 }, { user: "modest", passwordVariable: "MODEST" });
  const ended = await project.run("backup-db", ["--verify", "restore", "--json"], { MODEST: "modest" });
  expect([ended.exitCode, errorOf(ended).code]).toEqual([5, "VERIFY_FAILED"]);
  expect(newest(project)?.verified.tier).toBe("decode");
  const { result } = documentOf(ended);
  expect(result).toMatchObject({ backup: { id: newest(project)?.id } });
  expect(result).not.toHaveProperty("retention");
  expect(newest(project)?.items.find(({ type }) => type === "globals")?.facts).toMatchObject({
    passwords: false,
  });
});

test("old ones go once there is a new one, each with its reason; none with --no-prune", async () => {
  using project = await projectWithHistory();
  expect(listBackups(project.backups).backups).toHaveLength(5);
  const other = await project.run("backup-db", ["--dry-run", "--no-prune", "--kind", "scheduled"]);
  expect(other.stdout).not.toContain("remove");
  await project.run("backup-db", ["--kind", "scheduled", "--no-prune"]);
  expect(listBackups(project.backups).backups).toHaveLength(6);
  const planned = await project.run("backup-db", ["--dry-run", "--kind", "scheduled"]);
  const removed = (text: string) => text.split("\n").filter((line) => line.startsWith("remove"));
  expect(removed(planned.stdout)).toHaveLength(5);
  const { stderr } = await project.run("backup-db", ["--kind", "scheduled"]);
  expect(removed(stderr)).toEqual(removed(planned.stdout));
  expect(stderr).toContain("2 newer ones of its kind, 2 stay");
  expect(listBackups(project.backups).backups.map(({ kind }) => kind)).toEqual(["scheduled", "scheduled"]);
});

test("a copy is brought away and the manifest names it; one that cannot be leaves a good backup and says so", async () => {
  const { containerName } = await azurite.newContainer();
  const auth = { method: "sas-variable", variable: "SAS" };
  const remote = { endpoint: azurite.endpoint, container: containerName, auth };
  using project = openBackupProject(server, { remote });
  const SAS = azurite.sas(containerName);
  const { exitCode, stderr, stdout } = await project.run("backup-db", ["--upload"], { SAS });
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  const where = `${azurite.endpoint}/${containerName}/backups/${newest(project)?.id}`;
  expect(newest(project)?.uploaded.map((copy) => copy.where)).toEqual([where]);
  for (const text of [stdout, stderr]) expect(text).not.toContain(new URLSearchParams(SAS).get("sig") ?? SAS);

  const without = await project.run("backup-db", ["--upload", "--json"], { SAS: "" });
  expect([without.exitCode, errorOf(without).code]).toEqual([5, "UPLOAD_FAILED"]);
  expect(listBackups(project.backups).backups).toHaveLength(2);
  using unconfigured = openBackupProject(server);
  const refused = await unconfigured.run("backup-db", ["--upload", "--json"]);
  expect([refused.exitCode, errorOf(refused).code]).toEqual([2, "REMOTE_NOT_CONFIGURED"]);
  expect(listBackups(unconfigured.backups).backups).toEqual([]);
});

test("an old backup that cannot be removed keeps no copy from being brought away; what failed is named, the one and both", async () => {
  const { containerName } = await azurite.newContainer();
  const auth = { method: "sas-variable", variable: "SAS" };
  using project = await projectWithHistory({
    remote: { endpoint: azurite.endpoint, container: containerName, auth },
  });
  const oldest = listBackups(project.backups).backups.at(-1);
  if (oldest === undefined) throw new Error("there is no old backup");
  // What something is mounted on cannot be renamed.
  await using _mounted = await mountSmallDisk(folderOf(project.backups, oldest));
  writeManifest(folderOf(project.backups, oldest), oldest);
  const flags = ["--kind", "scheduled", "--upload", "--json"];

  const copied = await project.run("backup-db", flags, { SAS: azurite.sas(containerName) });
  expect([copied.exitCode, errorOf(copied)]).toMatchObject([
    5,
    { code: "PRUNE_FAILED", why: expect.stringContaining(oldest.id) },
  ]);
  const { result } = documentOf(copied);
  expect(result).toMatchObject({ backup: { id: newest(project)?.id }, uploaded: { foundBytes: 0 } });
  expect(newest(project)?.uploaded).toHaveLength(1);

  const neither = await project.run("backup-db", flags, { SAS: "" });
  const error = errorOf(neither);
  expect([neither.exitCode, error.code]).toEqual([5, "UPLOAD_FAILED"]);
  expect(error.message).toMatch(
    / is good, and lies on this host alone: .*; and old backups could not be removed: /,
  );
  expect(error.remedy).toContain("--upload-only");
  expect(error.remedy).toContain(`look at ${project.backups}`);
  expect(error.details).toMatchObject({ also: { code: "PRUNE_FAILED" } });
  const alone = await project.run("backup-db", ["--kind", "scheduled", "--json"]);
  expect([alone.exitCode, errorOf(alone).code]).toEqual([5, "PRUNE_FAILED"]);
  expect(listBackups(project.backups).backups.map(({ id }) => id)).toContain(oldest.id);
}, 60_000);
