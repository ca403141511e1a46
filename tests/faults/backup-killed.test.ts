import { beforeAll, beforeEach, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, listBackups, removeBackup, writeManifest } from "../../sdk/core/manifest/index.ts";
import { backUp } from "../../sdk/jobs/backup/back-up.ts";
import type { BackupDesk } from "../../sdk/jobs/backup/index.ts";
import { pruneBackups } from "../../sdk/jobs/backup/prune.ts";
import { connect } from "../../sdk/systems/postgres/index.ts";
import { openBackupProject } from "../support/backup-project.ts";
import { backupScene } from "../support/backup-scene.ts";
import { errorOf } from "../support/document.ts";
import { manifestWith } from "../support/manifests.ts";
import { untilPasses } from "../support/until.ts";

const scene = backupScene({
  sql: `
    CREATE TABLE people (id int PRIMARY KEY, name text);
    INSERT INTO people SELECT n, md5(n::text) FROM generate_series(1, 100000) n;
  `,
  backups: { directories: ["uploads"], keepCount: 2 },
  prepare({ root }) {
    mkdirSync(join(root, "uploads"));
    writeFileSync(join(root, "uploads", "noise"), randomBytes(8_000_000));
  },
});
let good: string;
beforeAll(() => {
  good = scene.good;
});
beforeEach(() => expectWhole());

/** Whatever is listed as a backup is one: every file of its manifest is there, as it was written. */
function expectWhole(): void {
  const { backups, unreadable } = listBackups(scene.project.backups);
  expect(unreadable).toEqual([]);
  for (const backup of backups) {
    for (const { file, sha256 } of backup.items) {
      const bytes = readFileSync(join(folderOf(scene.project.backups, backup), file));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    }
  }
}

const listed = () => listBackups(scene.project.backups).backups.map(({ id }) => id);
const partials = () => readdirSync(scene.project.backups).filter((name) => name.endsWith(".partial"));
const toolsAtWork = () =>
  scene.server.psql(
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'switchover-tool backups'",
    "postgres",
  );

/** Old backups of the same things, which the next run's retention lets go. */
function plantOld(count: number): void {
  const [newest] = listBackups(scene.project.backups).backups;
  if (newest === undefined) throw new Error("there is no backup");
  const { items } = newest;
  const old = { project: "backups", kind: "manual", items } as const;
  for (let day = 1; day <= count; day += 1) {
    const startedAt = new Date(Date.now() - day * 86_400_000).toISOString();
    const manifest = manifestWith({ ...old, startedAt });
    const folder = folderOf(scene.project.backups, manifest);
    mkdirSync(folder);
    for (const { file } of items) {
      writeFileSync(join(folder, file), readFileSync(join(folderOf(scene.project.backups, newest), file)));
    }
    writeManifest(folder, manifest);
  }
}

test("killed at any moment it leaves whole backups only, and the next run clears up", async () => {
  const measured = scene.project.start("backup-db");
  const { durationMs } = await measured.ended;
  for (let part = 1; part <= 12; part += 1) {
    if (part > 8) plantOld(3);
    const before = listed();
    const started = scene.project.start("backup-db");
    await Bun.sleep((durationMs * part) / 12);
    started.child.kill("SIGKILL");
    await started.ended;
    expectWhole();
    // Its own kind's newest two stay whatever happens; the last of them was there before this run.
    expect(listed()).toContain(before[0] ?? "");
  }
  good = await scene.makeBackup();
  expect(partials()).toEqual([]);
  expect(listed()[0]).toBe(good);
}, 120_000);

test("killed while its dump waits for a lock, it holds nothing up, and the next run ends what is left of it", async () => {
  await using holder = await connect(scene.server.access(), { asUsual: true });
  await holder.query("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE");
  const started = scene.project.start("backup-db");
  await untilPasses(async () => expect(await toolsAtWork()).toBe("1"), 30_000);
  started.child.kill("SIGKILL");
  await started.ended;
  expect(listed()[0]).toBe(good);
  await holder.query("ROLLBACK");
  good = await scene.makeBackup();
  await untilPasses(async () => expect(await toolsAtWork()).toBe("0"), 30_000);
  expect(partials()).toEqual([]);
}, 60_000);

test("two at once: the second one is told who is at work, and ends with 3", async () => {
  await using holder = await connect(scene.server.access(), { asUsual: true });
  await holder.query("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE");
  const first = scene.project.start("backup-db");
  await untilPasses(async () => expect(await toolsAtWork()).toBe("1"), 30_000);
  const second = await scene.project.run("backup-db", ["--json"]);
  expect([second.exitCode, errorOf(second).code]).toEqual([3, "LOCK_HELD"]);
  expect(errorOf(second).message).toContain("backup-db holds the lock");
  // Another project, as the same user, has a lock of its own; it ends its own programs alone.
  using other = openBackupProject(scene.server, { lockWait: "1s" }, {}, { project: "other" });
  expect(errorOf(await other.run("backup-db", ["--json"])).code).toBe("DATABASE_LOCKED");
  await holder.query("ROLLBACK");
  expect((await first.ended).exitCode).toBe(0);
  good = listed()[0] ?? "";
}, 60_000);

test("two projects with one folder: neither clears away, counts or removes what is the other's", async () => {
  const flags = { directory: scene.project.backups, directories: ["config"], keepCount: 1 };
  using other = openBackupProject(undefined, flags, {}, { project: "other" });
  await using holder = await connect(scene.server.access(), { asUsual: true });
  await holder.query("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE");
  const before = listed();
  const first = scene.project.start("backup-db");
  await untilPasses(async () => expect(await toolsAtWork()).toBe("1"), 30_000);
  const running = partials();
  expect(running).toHaveLength(1);
  for (const _ of [1, 2]) {
    const run = await other.run("backup-db");
    expect([run.exitCode, run.exitCode === 0 ? "" : run.stderr]).toEqual([0, ""]);
  }
  const maintained = await other.run("maintenance", ["--task", "prune-backups", "--json"]);
  expect(JSON.parse(maintained.stdout).result.tasks).toMatchObject([{ summary: "0 backups of 1 removed" }]);
  expect(partials()).toEqual(running);
  await holder.query("ROLLBACK");
  expect((await first.ended).exitCode).toBe(0);
  good = listed().find((id) => `${id}.partial` === running[0]) ?? "";
  const { backups } = listBackups(scene.project.backups);
  const of = (name: string) => backups.filter(({ project: whose }) => whose === name).map(({ id }) => id);
  expect(of("other")).toHaveLength(1);
  expect(of("backups")).toEqual([good, before[0] ?? ""]);
  expectWhole();
  removeBackup(scene.project.backups, of("other")[0] ?? "");
}, 60_000);

test("interrupted, it ends with 130 and leaves nothing", async () => {
  await using holder = await connect(scene.server.access(), { asUsual: true });
  await holder.query("BEGIN; LOCK TABLE people IN ACCESS EXCLUSIVE MODE");
  const before = listed();
  const started = scene.project.start("backup-db", ["--json"]);
  await untilPasses(async () => expect(await toolsAtWork()).toBe("1"), 30_000);
  started.child.kill("SIGINT");
  expect((await started.ended).exitCode).toBe(130);
  expect([listed(), partials()]).toEqual([before, []]);
  await holder.query("ROLLBACK");
  await untilPasses(async () => expect(await toolsAtWork()).toBe("0"), 30_000);
}, 60_000);

test("a clock that is set a year forward, and back again, costs no backup", async () => {
  const before = listed();
  const at = (now: Date): BackupDesk => ({
    configuration: scene.project.configuration,
    signal: new AbortController().signal,
    deadlineMs: 60_000,
    now: () => now,
    report: { begin() {}, rate() {}, end() {}, proven() {}, say() {}, warn() {}, tool() {} },
  });
  const runAt = async (now: Date) => {
    const { backup } = await backUp(at(now), { kind: "manual" });
    pruneBackups(scene.project.configuration, { now, releases: [], dryRun: false });
    return backup.id;
  };
  const ahead = await runAt(new Date(Date.now() + 400 * 86_400_000));
  expect(listed()).toEqual([ahead, ...before]);
  const back = await runAt(new Date());
  expect(listed()).toContain(ahead);
  expect(listed()).toContain(back);
  expect(listed()).toContain(good);
}, 60_000);

test("after all of it, the last good backup restores", () => scene.expectRestores(good, 100_000), 60_000);
