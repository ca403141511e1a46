import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openJournal } from "../../../../sdk/core/journal/index.ts";
import { writeManifest } from "../../../../sdk/core/manifest/index.ts";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { pruneReplaced } from "../../../../sdk/jobs/maintenance/tasks/replaced.ts";
import {
  type KeptVerdict,
  type LeftBeside,
  type Placed,
  settleLeftovers,
} from "../../../../sdk/jobs/restore/index.ts";
import { connect, holdersOf, unmarkedDatabases } from "../../../../sdk/systems/postgres/index.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { documentOf } from "../../../support/document.ts";
import { maintenanceDesk } from "../../../support/maintenance-desk.ts";
import { manifestWith } from "../../../support/manifests.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";

let server: PostgresServer;
let project: BackupProject;

beforeAll(async () => {
  server = await startPostgres([], ["max_prepared_transactions=4"]);
  await server.psql("CREATE TABLE who AS SELECT 'backed up' AS am");
}, 180_000);
afterAll(() => server?.[Symbol.asyncDispose](), 60_000);
beforeEach(() => {
  project = openBackupProject(server, { directories: ["uploads"] });
  mkdirSync(join(project.root, "uploads"));
  writeFileSync(join(project.root, "uploads", "file"), "backed up");
});
afterEach(() => project[Symbol.dispose]());

async function done(script: string, ...flags: string[]): Promise<Record<string, unknown>> {
  const run = await project.run(script, [...flags, "--json"]);
  expect([run.exitCode, run.exitCode === 0 ? "" : run.stderr]).toEqual([0, ""]);
  return documentOf(run).result as Record<string, unknown>;
}

/** Restores everything in its place; gives what stood there. */
async function restored(id: string): Promise<{ database: string; folder: string }> {
  const { placed } = (await done("restore-db", "restore", id, "--in-place", "--confirm=backups")) as {
    placed: Placed[];
  };
  const keptOf = (type: string) => placed.find((one) => one.type === type)?.kept ?? "";
  return { database: keptOf("postgres"), folder: keptOf("directory") };
}

/** The task as it would be run in so many days, with a backup made in the middle of them. */
async function taskIn(days: number, dryRun = false) {
  const startedAt = new Date(Date.now() + days * 43_200_000).toISOString();
  const made = manifestWith({ project: "backups", startedAt });
  mkdirSync(join(project.backups, made.id), { recursive: true });
  writeManifest(join(project.backups, made.id), made);
  const now = new Date(Date.now() + days * 86_400_000);
  const end = await pruneReplaced.run(maintenanceDesk(project.configuration, { now, dryRun }));
  const replaced: KeptVerdict[] = Object(end).details?.replaced ?? [];
  return {
    summary: end.summary,
    lines: Object(end).lines as string[],
    beside: (Object(end).details?.beside ?? []) as LeftBeside[],
    reasonsOf: (at: string) => replaced.find((verdict) => verdict.at === at)?.reasons,
    gone: replaced.filter(({ keep }) => !keep).map(({ at }) => at),
  };
}

const databases = async () =>
  (
    await server.psql("SELECT datname FROM pg_database WHERE datname LIKE 'app%' ORDER BY 1", "postgres")
  ).split("\n");
const folders = () => readdirSync(project.root).filter((name) => name.includes("uploads"));

test("what restores replaced goes by age, but for the newest, what is in use, and what is somebody else's", async () => {
  expect((await taskIn(40)).summary).toBe("no restore has left anything that it replaced");
  const { backup } = (await done("backup-db")) as { backup: { id: string } };
  const first = await restored(backup.id);
  const second = await restored(backup.id);

  // Of the same pattern, and nobody's business: a person's, another project's, and one that a person lets serve again.
  await server.psql("CREATE DATABASE app_old_20200101_000000", "postgres");
  const marker = { state: "kept", project: "other", database: "app", at: "2020-01-01T00:00:00Z" };
  const others = JSON.stringify(marker);
  await server.psql("CREATE DATABASE app_old_20200102_000000", "postgres");
  await server.psql(`COMMENT ON DATABASE app_old_20200102_000000 IS 'switchover: ${others}'`, "postgres");
  const own = JSON.stringify({ ...marker, project: "backups" });
  await server.psql("CREATE DATABASE app_again", "postgres");
  await server.psql(`COMMENT ON DATABASE app_again IS 'switchover: ${own}'`, "postgres");
  // Another host's project may have this one's name; its database has another.
  const elsewhere = JSON.stringify({ ...marker, project: "backups", database: "elsewhere" });
  for (const name of ["app2_old_20200101_000000", "app2_old_20200102_000000"]) {
    await server.psql(`CREATE DATABASE ${name}`, "postgres");
    await server.psql(`COMMENT ON DATABASE ${name} IS 'switchover: ${elsewhere}'`, "postgres");
  }
  mkdirSync(join(project.root, "uploads.old_20200101_000000"));
  const all = { names: await databases(), folders: folders() };

  expect((await taskIn(20)).gone).toEqual([]);
  const dry = await taskIn(40, true);
  expect(dry.gone.toSorted()).toEqual([first.database, first.folder].toSorted());
  expect(dry.lines).toContainEqual(
    expect.stringMatching(
      new RegExp(`^remove postgres ${first.database} \\([\\d.]+ MB\\): 40 days old, over 30$`),
    ),
  );
  expect(dry.lines).toContain(
    `keep   directory ${second.folder}: the newest one of ${join(project.root, "uploads")}`,
  );
  expect({ names: await databases(), folders: folders() }).toEqual(all);

  const reader = Bun.spawn(["sleep", "600"], { cwd: first.folder });
  try {
    await using session = await connect(server.access(first.database), { asUsual: true });
    await session.query("SELECT 1");
    const used = await taskIn(40);
    expect(used.gone).toEqual([]);
    expect(used.reasonsOf(first.database)).toEqual([expect.stringContaining("is connected to it")]);
    expect(used.reasonsOf(first.folder)).toEqual([`sleep (process ${reader.pid}) uses it`]);
    await session.query("BEGIN; CREATE TABLE t (); PREPARE TRANSACTION 'undecided'");
  } finally {
    reader.kill("SIGKILL");
    await reader.exited;
  }
  const undecided = await taskIn(40);
  expect(undecided.gone).toEqual([first.folder]);
  expect(undecided.reasonsOf(first.database)).toEqual(["the prepared transaction undecided is in it"]);
  await server.psql("ROLLBACK PREPARED 'undecided'", first.database);

  const last = await taskIn(40);
  expect(last.gone).toEqual([first.database]);
  expect(last.summary).toBe("1 of 3 things that restores replaced removed");
  expect([await databases(), folders()]).toEqual([
    all.names.filter((name) => name !== first.database),
    all.folders.filter((name) => join(project.root, name) !== first.folder),
  ]);

  await done("restore-db", "swap-back", "app", "--confirm=app");
  await done("restore-db", "swap-back", "uploads", "--confirm=uploads");
  const next = await project.run("restore-db", [
    "restore",
    backup.id,
    "--as",
    "app_beside",
    "--database",
    "app",
  ]);
  expect([next.exitCode, next.stderr]).toEqual([0, expect.not.stringContaining("cut off")]);

  await done("restore-db", "restore", backup.id, "--path", "uploads");
  const named = await taskIn(40);
  expect(named.summary).toEndWith("; 2 things restored beside left to you");
  expect(named.lines.at(-2)).toMatch(
    /^beside postgres app_beside \(40 days old, [\d.]+ MB\): restored to be looked at; .*dropdb/,
  );
  for (const { removal } of named.beside) await succeed(["sh", "-c", removal], { deadlineMs: 30_000 });
  expect((await taskIn(40)).beside).toEqual([]);
  expect(await databases()).not.toContain("app_beside");
  expect(folders()).not.toContainEqual(expect.stringContaining("restored"));
}, 180_000);

test("a template, and what belongs to a role that the session has not, are said to stay", async () => {
  await server.psql(
    "CREATE ROLE guest LOGIN PASSWORD 'guest'; CREATE DATABASE pattern IS_TEMPLATE true",
    "postgres",
  );
  const guest = { ...server.access("postgres"), user: "guest", password: "guest" };
  await using session = await connect(guest, { asUsual: true });
  expect(await holdersOf(session, "pattern")).toEqual([
    "it is a template",
    "it belongs to owner, and only who has that role may drop it",
  ]);
});

test("a session of another user is seen by one who may not know what it is", async () => {
  const [kept, scratch] = ["kept_by_keeper", "switchover_restore_60000000_0123456789abcdef"];
  await server.psql("CREATE ROLE keeper LOGIN CREATEDB PASSWORD 'x'; CREATE ROLE reader LOGIN PASSWORD 'x'");
  for (const name of [kept, scratch]) await server.psql(`CREATE DATABASE ${name} OWNER keeper`, "postgres");
  const as = (user: string, database: string) => ({ ...server.access(database), user, password: "x" });
  await using keeper = await connect(as("keeper", "postgres"));
  expect(await unmarkedDatabases(keeper, new Date())).toEqual([scratch]);
  await using reader = await connect(as("reader", kept));
  await using other = await connect(as("reader", scratch));
  await Promise.all([reader.query("SELECT 1"), other.query("SELECT 1")]);
  expect(await holdersOf(keeper, kept)).toEqual([expect.stringContaining("reader")]);
  expect(await unmarkedDatabases(keeper, new Date())).toEqual([]);
}, 60_000);

test("an unmarked database that lets nobody in keeps no other from being cleared away", async () => {
  const [shut, open] = ["1", "2"].map((digit) => `switchover_restore_60000000_${digit.repeat(16)}`);
  for (const name of [shut, open]) await server.psql(`CREATE DATABASE ${name}`, "postgres");
  await server.psql(`ALTER DATABASE ${shut} WITH ALLOW_CONNECTIONS false`, "postgres");
  await using session = await connect(server.access("postgres"));
  const found = await unmarkedDatabases(session, new Date());
  expect([found.includes(`${shut}`), found.includes(`${open}`)]).toEqual([false, true]);
}, 60_000);

test("how many stay is configured, and the script prints why each stays or goes", async () => {
  project[Symbol.dispose]();
  project = openBackupProject(server, { directories: ["config"], keepReplacedCount: 1 });
  const { backup } = (await done("backup-db")) as { backup: { id: string } };
  const first = await restored(backup.id);
  const second = await restored(backup.id);
  const run = await project.run("maintenance", ["--task", "prune-replaced"]);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  expect(run.stderr).toMatch(new RegExp(`remove postgres ${first.database} \\(.*\\): 1 newer, 1 stay`));
  expect(run.stderr).toMatch(
    new RegExp(`keep   postgres ${second.database} \\(.*\\): the newest one of app`),
  );
  expect(await databases()).not.toContain(first.database);
}, 180_000);

test("a folder that a container still sees under its old name stays", async () => {
  const { backup } = (await done("backup-db")) as { backup: { id: string } };
  const mount = ["--volume", `${join(project.root, "uploads")}:/uploads`];
  await using seer = await startPostgres(mount);
  const first = await restored(backup.id);
  await restored(backup.id);
  const end = await taskIn(40);
  expect(end.gone).toContain(first.database);
  expect(end.gone).not.toContain(first.folder);
  expect(end.reasonsOf(first.folder)?.join()).toContain("uses it");
  expect(seer.container).not.toBe("");
}, 180_000);

test("killed before or after any of its changes, no half of a folder is left under a name that leads back to it", async () => {
  const preload = resolve(import.meta.dir, "../../../support/preload/die-at.ts");
  const fixture = join(import.meta.dir, "fixtures/prune-kept.ts");
  using files = openBackupProject(undefined, { directories: ["uploads"] });
  const uploads = join(files.root, "uploads");
  const paths = ["20260101_000000", "20260102_000000"].map((stamp) => `${uploads}.old_${stamp}`);
  const there = () =>
    readdirSync(files.root)
      .filter((name) => name.includes("uploads."))
      .sort();
  const newest = `uploads.old_20260102_000000`;
  const seen = new Set<boolean>();
  for (let count = 1; ; count += 1) {
    const codes = [];
    for (const when of ["before", "after"]) {
      using journal = openJournal<object>(files.configuration.state("restores", `${count}-${when}.jsonl`));
      for (const kept of paths) {
        mkdirSync(join(kept, "deep"), { recursive: true });
        writeFileSync(join(kept, "deep", "file"), "whole");
        journal.append({ kind: "swap", target: uploads, fresh: `${uploads}.x`, kept });
      }
      journal.append({ kind: "ended" });
      const env = { ...process.env, CONFIG: files.configFile, DIE_AT: `${count} ${when}` };
      codes.push(await Bun.spawn([process.execPath, "--preload", preload, fixture], { env }).exited);
      const report = { say: () => {}, warn: () => {} };
      await settleLeftovers({ configuration: files.configuration, report }, () =>
        Promise.reject(new Error("none")),
      );
      const left = there();
      seen.add(left.length === 2);
      expect(left).toContain(newest);
      for (const name of left) {
        expect(name).toMatch(/^uploads\.old_/);
        expect(readFileSync(join(files.root, name, "deep", "file"), "utf8")).toBe("whole");
      }
    }
    if (codes.every((code) => code === 0)) break;
    expect(count).toBeLessThan(50);
  }
  expect(seen).toEqual(new Set([true, false]));
  expect(existsSync(paths[1] ?? "")).toBe(true);
}, 120_000);
