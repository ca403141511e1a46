import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { silentRunLog } from "../../../../sdk/core/log/index.ts";
import { folderOf, type Item, listBackups, type Manifest } from "../../../../sdk/core/manifest/index.ts";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { backUpForDeployment } from "../../../../sdk/jobs/backup/index.ts";
import { openBackupProject } from "../../../support/backup-project.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await server.psql(`
    CREATE ROLE reader LOGIN PASSWORD 'a reader';
    CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY, name text);
    INSERT INTO people (name) SELECT 'žluťoučký ' || n FROM generate_series(1, 1000) n;
    CREATE TABLE measured (at date, value int) PARTITION BY RANGE (at);
    CREATE TABLE measured_2026 PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    INSERT INTO measured VALUES ('2026-02-03', 4), ('2026-05-06', 7);
    CREATE SCHEMA "odd schema"; CREATE TABLE "odd schema"."select" ();
    SELECT lo_create(0);
    ALTER DATABASE app SET work_mem = '5MB';
    ALTER ROLE reader IN DATABASE app SET search_path = "odd schema", public;
    REVOKE CONNECT ON DATABASE app FROM PUBLIC; GRANT CONNECT ON DATABASE app TO reader;
    COMMENT ON DATABASE app IS 'it''s the app';
    CREATE FUNCTION public.shobj_description(oid, text) RETURNS text LANGUAGE sql AS $$ SELECT 'run with our rights' $$;
  `);
});
afterAll(() => server?.[Symbol.asyncDispose]());

const itemOf = <T extends Item["type"]>(backup: Manifest | undefined, type: T) =>
  backup?.items.find((item): item is Extract<Item, { type: T }> => item.type === type);

test("one run backs up the database, its roles, a folder, a file and a SQLite database, each proven", async () => {
  using project = openBackupProject(server, {
    directories: ["uploads"],
    files: ["edge/my nginx.conf"],
    sqlite: ["data/notes.db"],
  });
  for (const folder of ["uploads/deep", "edge", "data"])
    mkdirSync(join(project.root, folder), { recursive: true });
  writeFileSync(join(project.root, "uploads/deep/a file\nwith a line.txt"), "hello");
  chmodSync(join(project.root, "uploads/deep"), 0o2770);
  symlinkSync("/etc/passwd", join(project.root, "uploads/link"));
  writeFileSync(join(project.root, "edge/my nginx.conf"), "events {}\n");
  using notes = new Database(join(project.root, "data/notes.db"));
  notes.run("PRAGMA journal_mode = WAL");
  notes.run("CREATE TABLE notes (text TEXT)");
  notes.run("INSERT INTO notes VALUES ('a'), ('b')");

  // What a person has set for tar leaves no file out.
  const environment = { TAR_OPTIONS: "--exclude=link" };
  const { exitCode, stdout, stderr } = await project.run("backup-db", ["--json", "--verbose"], environment);
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  const [backup, ...others] = listBackups(project.backups).backups;
  expect(others).toEqual([]);
  expect(JSON.parse(stdout).result.backup).toEqual(backup);
  expect(backup).toMatchObject({ kind: "manual", project: "backups", verified: { tier: "decode" } });
  expect(backup?.items.map(({ type, name }) => `${type} ${name}`)).toEqual([
    "postgres app",
    "globals globals",
    "sqlite notes.db",
    "directory uploads",
    "file my nginx.conf",
  ]);
  for (const { name, rawBytes } of backup?.items ?? []) expect([name, rawBytes > 0]).toEqual([name, true]);
  expect(itemOf(backup, "sqlite")?.facts).toMatchObject({
    tables: [{ name: "notes", rows: 2 }],
    journalMode: "wal",
  });
  expect(itemOf(backup, "directory")?.facts).toMatchObject({ entries: 4, warnings: [] });
  expect(itemOf(backup, "globals")?.facts.passwords).toBe(true);

  const folder = join(project.backups, backup?.id ?? "");
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(folder))
    expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
  const archive = join(folder, itemOf(backup, "directory")?.file ?? "");
  const listed = await succeed(["tar", "--list", "--verbose", "--zstd", "--file", archive], {
    deadlineMs: 20_000,
  });
  expect(listed).toContain("uploads/link -> /etc/passwd");
  expect(listed).toContain("drwxrws--- ");
});

test("of a database everything is recorded that a dump does not hold, and what it holds is counted", async () => {
  using project = openBackupProject(server);
  expect((await project.run("backup-db")).exitCode).toBe(0);
  const [backup] = listBackups(project.backups).backups;
  expect(itemOf(backup, "postgres")?.facts).toMatchObject({
    encoding: "UTF8",
    collation: "C.UTF-8",
    characterType: "C.UTF-8",
    localeProvider: "c",
    owner: "owner",
    connectionLimit: -1,
    comment: "it's the app",
    settings: [
      { values: ["work_mem=5MB"] },
      { role: "reader", values: ['search_path="odd schema", public'] },
    ],
    acl: ["=T/owner", "owner=CTc/owner", "reader=c/owner"],
    extensions: [{ name: "plpgsql", schema: "pg_catalog", version: "1.0" }],
    tables: [
      { schema: "odd schema", name: "select", rows: 0 },
      { schema: "public", name: "measured_2026", rows: 2 },
      { schema: "public", name: "people", rows: 1_000 },
    ],
    largeObjects: 1,
  });
  expect(itemOf(backup, "postgres")?.facts.serverVersion).toBeGreaterThanOrEqual(150_000);
});

test("no secret stands in the log, the output, the manifest or an argument list", async () => {
  using project = openBackupProject(server);
  const started = project.start("backup-db", ["--json", "--verbose"]);
  const seen = new Set<string>();
  const watching = (async () => {
    while (started.child.exitCode === null) {
      for (const line of (await succeed(["ps", "-eo", "args"], { deadlineMs: 20_000 })).split("\n"))
        seen.add(line);
    }
  })();
  const { stdout, stderr } = await started.ended;
  await watching;
  const { logFile } = JSON.parse(stdout);
  const written = [
    stdout,
    stderr,
    await Bun.file(logFile).text(),
    JSON.stringify(listBackups(project.backups)),
  ];
  const dumps = [...seen].filter((line) => line.includes("pg_dump"));
  expect(dumps.length).toBeGreaterThan(0);
  for (const text of [...written, ...seen]) expect(text).not.toContain("for a test:");
});

test("with a recipient every file is encrypted, and the backup is proven nevertheless", async () => {
  const identity = await succeed(["age-keygen"], { deadlineMs: 20_000 });
  const recipient = /public key: (age1\w+)/.exec(identity)?.[1] ?? "";
  using project = openBackupProject(server, { encryptTo: [recipient] });
  const { exitCode, stderr } = await project.run("backup-db");
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  const [backup] = listBackups(project.backups).backups;
  const dump = itemOf(backup, "postgres");
  expect(dump?.encryption).toEqual({ scheme: "age", recipients: [recipient] });
  if (backup === undefined || dump === undefined) throw new Error("there is no dump");
  writeFileSync(join(project.root, "identity"), identity, { mode: 0o600 });
  const plain = join(project.root, "plain");
  const age = ["age", "--decrypt", "--identity", join(project.root, "identity"), "--output", plain];
  await succeed([...age, join(folderOf(project.backups, backup), dump.file)], { deadlineMs: 20_000 });
  const decoded = await succeed(["zstd", "--decompress", "--force", plain, "-o", `${plain}.dump`], {
    deadlineMs: 20_000,
  });
  expect(decoded).toBe("");
  expect(statSync(`${plain}.dump`).size).toBe(dump.rawBytes);
});

test("a dry run says what it would do, and leaves nothing", async () => {
  using project = openBackupProject(server, { directories: ["uploads"] });
  const { exitCode, stdout } = await project.run("backup-db", ["--dry-run"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("postgres app\nglobals globals\ndirectory ");
  expect(listBackups(project.backups).backups).toEqual([]);
});

test("what is not to be had is refused before anything is made", async () => {
  using project = openBackupProject(server, { directories: ["uploads"] });
  const missing = await project.run("backup-db", ["--json"]);
  expect(JSON.parse(missing.stdout)).toMatchObject({ exitCode: 1, error: { code: "BACKUP_FAILED" } });
  const unknown = await project.run("backup-db", ["--json", "--database", "nowhere"]);
  expect(JSON.parse(unknown.stdout)).toMatchObject({ exitCode: 2, error: { code: "DATABASE_UNKNOWN" } });
  expect(listBackups(project.backups).backups).toEqual([]);
});

test("before a deployment there is nothing to back up only where nothing was ever there", async () => {
  // Its container was taken down; what it holds may lie in a volume still.
  using project = openBackupProject({ ...server, container: "switchover-test-nobody" });
  const io = { log: silentRunLog(), warn: () => {} };
  const work = { signal: new AbortController().signal, deadlineMs: 60_000, note: () => {} };
  const first = { run: "run", release: "r2", from: "blue", fromRuns: false, releases: [], work } as const;
  const back = (course: Parameters<typeof backUpForDeployment>[2]) =>
    backUpForDeployment(io, project.configuration, course);
  expect(await back(first)).toEqual({ nothing: expect.stringContaining("has never been made") });
  expect(await failureOf(back({ ...first, releases: ["r1"] }))).toMatchObject({
    code: "DATABASE_UNREACHABLE",
    remedy: expect.stringContaining("docker compose"),
  });
});

test("a folder that is a link is refused, and what it leads to is said", async () => {
  using project = openBackupProject(undefined, { directories: ["uploads"] });
  mkdirSync(join(project.root, "real"));
  symlinkSync("real", join(project.root, "uploads"));
  const run = await project.run("backup-db", ["--json"]);
  expect(JSON.parse(run.stdout)).toMatchObject({
    exitCode: 1,
    error: { code: "BACKUP_FAILED", why: expect.stringContaining(`name ${join(project.root, "real")}`) },
  });
});

test("a folder that holds next to nothing of what it held is told, as of a disk that is not mounted", async () => {
  using project = openBackupProject(undefined, { directories: ["uploads"] });
  const upload = join(project.root, "uploads", "upload");
  mkdirSync(join(project.root, "uploads"));
  writeFileSync(upload, Buffer.alloc(2_000_000));
  const told = "directory uploads holds 10.2 kB, and held 2.0 MB in the backup before";
  expect((await project.run("backup-db")).stderr).not.toContain(told);
  rmSync(upload);
  const { exitCode, stderr } = await project.run("backup-db");
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining(told)]);
}, 60_000);

test("a folder that no backup can go to is told with what helps, and is no fault of this tool", async () => {
  using project = openBackupProject(undefined, { directories: ["uploads"] });
  mkdirSync(join(project.root, "uploads"));
  writeFileSync(project.backups, "a file");
  const blocked = await project.run("backup-db", ["--json"]);
  expect(JSON.parse(blocked.stdout)).toMatchObject({ exitCode: 1, error: { code: "BACKUP_FAILED" } });
  const listed = await project.run("restore-db", ["list", "--json"]);
  expect(JSON.parse(listed.stdout)).toMatchObject({ exitCode: 4, error: { code: "STATE_UNREADABLE" } });
  rmSync(project.backups);
  mkdirSync(project.backups);
  await succeed(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", project.backups], { deadlineMs: 20_000 });
  try {
    const sealed = await project.run("backup-db", ["--json"]);
    expect(JSON.parse(sealed.stdout)).toMatchObject({
      exitCode: 1,
      error: { code: "BACKUP_FAILED", remedy: expect.stringContaining("read-only") },
    });
  } finally {
    await succeed(["umount", project.backups], { deadlineMs: 20_000 });
  }
});

test("what this host could not open again is not promised to be proven, before anything is made", async () => {
  const recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
  using project = openBackupProject(server, { encryptTo: [recipient], verify: "restore" });
  const run = await project.run("backup-db", ["--json"]);
  expect(JSON.parse(run.stdout)).toMatchObject({ exitCode: 2, error: { code: "CONFIG_INVALID" } });
  expect(listBackups(project.backups).backups).toEqual([]);
});
