import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { openJournal } from "../../../../sdk/core/journal/index.ts";
import { folderOf, listBackups, type Manifest } from "../../../../sdk/core/manifest/index.ts";
import { run, succeed } from "../../../../sdk/core/process/index.ts";
import type { Placed } from "../../../../sdk/jobs/restore/index.ts";
import { nobody } from "../../../support/as-another.ts";
import { startAzurite } from "../../../support/azurite.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { documentOf, errorOf } from "../../../support/document.ts";
import { mountSmallDisk } from "../../../support/small-disk.ts";
import { checkout } from "../../../support/stack.ts";

const limits = { deadlineMs: 30_000 };

let project: BackupProject;
let uploads: string;
let notes: string;
let conf: string;

beforeEach(() => {
  project = openBackupProject(undefined, {
    directories: ["data/uploads"],
    sqlite: ["data/notes.db"],
    files: ["edge/my nginx.conf"],
  });
  uploads = join(project.root, "data/uploads");
  notes = join(project.root, "data/notes.db");
  conf = join(project.root, "edge/my nginx.conf");
  mkdirSync(join(uploads, "deep"), { recursive: true });
  mkdirSync(join(project.root, "edge"));
  writeFileSync(join(uploads, "deep/größe\n1.txt"), "uploaded", { mode: 0o640 });
  symlinkSync("/etc/passwd", join(uploads, "link"));
  writeFileSync(conf, "events {}\n");
  using database = new Database(notes);
  database.run("PRAGMA journal_mode = WAL");
  database.run("CREATE TABLE notes (text TEXT)");
  database.run("INSERT INTO notes VALUES ('a'), ('b')");
});

afterEach(() => project[Symbol.dispose]());

/** Files are restored while the database's server is away. */
const away = { mode: "shared", service: "postgres", name: "app", user: "owner" };

function configureDatabase(database: object): void {
  const text = readFileSync(project.configFile, "utf8");
  const values = JSON.parse(text.slice("export default ".length, text.lastIndexOf(";")));
  writeFileSync(project.configFile, `export default ${JSON.stringify({ ...values, database })};\n`);
}

async function backUp(): Promise<Manifest> {
  configureDatabase({ mode: "none" });
  const run = await project.run("backup-db");
  configureDatabase(away);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  const [newest] = listBackups(project.backups).backups;
  if (newest === undefined) throw new Error("no backup was made");
  return newest;
}

const restoreRun = (...flags: string[]) => project.run("restore-db", ["restore", ...flags, "--json"]);

async function restore(...flags: string[]): Promise<Placed[]> {
  const run = await restoreRun(...flags);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  return (documentOf(run).result as { placed: Placed[] }).placed;
}

async function refused(...flags: string[]) {
  const before = everything();
  const run = await restoreRun(...flags);
  expect(run.exitCode).not.toBe(0);
  expect(everything()).toEqual(before);
  return { ...errorOf(run), exitCode: run.exitCode };
}

/** Every name beside what was backed up, hidden ones too: what a restore leaves behind shows. */
function everything(): string[] {
  return ["data", "edge"]
    .flatMap((part) => readdirSync(join(project.root, part), { recursive: true }).map(String))
    .sort();
}

function rows(path = notes): unknown {
  using database = new Database(path, { readonly: true });
  return database.query("SELECT group_concat(text, '') FROM notes").values()[0]?.[0];
}

test("a folder, a file and a SQLite database take their places together, and each comes back", async () => {
  const { id } = await backUp();
  rmSync(join(uploads, "deep"), { recursive: true });
  writeFileSync(join(uploads, "later.txt"), "later");
  writeFileSync(conf, "broken");
  {
    using database = new Database(notes);
    database.run("UPDATE notes SET text = 'x'");
  }
  const placed = await restore(id, "--in-place", "--confirm=backups");

  expect(readFileSync(join(uploads, "deep/größe\n1.txt"), "utf8")).toBe("uploaded");
  expect(statSync(join(uploads, "deep/größe\n1.txt")).mode & 0o777).toBe(0o640);
  expect(readlinkSync(join(uploads, "link"))).toBe("/etc/passwd");
  expect(existsSync(join(uploads, "later.txt"))).toBe(false);
  expect(readFileSync(conf, "utf8")).toBe("events {}\n");
  expect(rows()).toBe("ab");
  expect(placed.map(({ at }) => at)).toEqual([notes, uploads, conf]);
  const kept = Object.fromEntries(placed.map(({ at, kept: old }) => [at, old ?? ""]));
  expect(readFileSync(join(kept[uploads] ?? "", "later.txt"), "utf8")).toBe("later");
  expect(readFileSync(kept[conf] ?? "", "utf8")).toBe("broken");
  expect(rows(kept[notes])).toBe("xx");

  for (const [name, word] of [
    ["notes.db", "notes.db"],
    [uploads, "uploads"],
  ] as const) {
    const back = await project.run("restore-db", ["swap-back", name, `--confirm=${word}`]);
    expect([back.exitCode, back.stderr]).toEqual([0, back.stderr]);
  }
  expect(rows()).toBe("xx");
  expect(existsSync(join(uploads, "later.txt"))).toBe(true);
  // As a clock that was ahead has dated it.
  const ahead = `${conf}.old_20990101_000000`;
  writeFileSync(ahead, "older");
  const unclear = await project.run("restore-db", ["swap-back", conf, "--confirm=my nginx.conf", "--json"]);
  expect([errorOf(unclear).code, errorOf(unclear).why]).toEqual([
    "NOTHING_KEPT",
    `one of them is dated in the future, so that the newest is not known: ${ahead}, ${kept[conf]}`,
  ]);
  const named = await project.run("restore-db", ["swap-back", ahead, "--confirm=my nginx.conf"]);
  expect([named.exitCode, named.stderr, readFileSync(conf, "utf8")]).toEqual([0, named.stderr, "older"]);
  renameSync(conf, ahead);
  const listed = await project.run("restore-db", ["list"]);
  expect(listed.stdout).toContain(id);
  expect(listed.stdout).toContain(kept[conf] ?? "");
  expect(listed.stderr).toContain("what the database server keeps cannot be told");
}, 180_000);

test("without --in-place it stands beside, under a name of its own or the one that is given", async () => {
  const { id } = await backUp();
  const before = readFileSync(conf, "utf8");
  const placed = await restore(id);
  expect(placed.map(({ at }) => at.replace(/\d{8}_\d{6}$/, "…"))).toEqual(
    [notes, uploads, conf].map((path) => `${path}.restored_…`),
  );
  const named = join(project.root, "data/looked at.db");
  expect(await restore(id, "--database", "notes.db", "--as", named)).toMatchObject([{ at: named }]);
  expect(rows(named)).toBe("ab");
  expect(readFileSync(conf, "utf8")).toBe(before);
  expect(await refused(id, "--database", "notes.db", "--as", named)).toMatchObject({
    code: "TARGET_UNUSABLE",
    exitCode: 2,
  });
  expect(await refused(id, "--as", "one for three")).toMatchObject({ code: "USAGE", exitCode: 2 });
}, 180_000);

test("rows that stand in a stale log are not among the restored ones", async () => {
  const { id } = await backUp();
  const writer = `import { Database } from "bun:sqlite"; const database = new Database(process.argv.at(-1));
    database.run("PRAGMA wal_autocheckpoint = 0"); database.run("INSERT INTO notes VALUES ('stale')"); process.kill(process.pid, "SIGKILL");`;
  await Bun.spawn([process.execPath, "-e", writer, notes]).exited;
  expect(statSync(`${notes}-wal`).size).toBeGreaterThan(0);
  const [placed] = await restore(id, "--database", "notes.db", "--in-place", "--confirm=notes.db");
  expect(rows()).toBe("ab");
  expect(rows(placed?.kept)).toBe("abstale");
}, 180_000);

test("what was kept comes back without the log of a database that somebody took away", async () => {
  const { id } = await backUp();
  const [placed] = await restore(id, "--database", "notes.db", "--in-place", "--confirm=notes.db");
  const writer = `import { Database } from "bun:sqlite"; const database = new Database(process.argv.at(-1));
    database.run("PRAGMA wal_autocheckpoint = 0"); database.run("INSERT INTO notes VALUES ('stale')"); process.kill(process.pid, "SIGKILL");`;
  await Bun.spawn([process.execPath, "-e", writer, notes]).exited;
  rmSync(notes);
  expect(statSync(`${notes}-wal`).size).toBeGreaterThan(0);
  const back = await project.run("restore-db", ["swap-back", notes, "--confirm=notes.db"]);
  expect([back.exitCode, back.stderr]).toEqual([0, back.stderr]);
  expect(rows()).toBe("ab");
  expect(existsSync(placed?.kept ?? "")).toBe(false);
  expect(existsSync(`${notes}-wal`)).toBe(false);
}, 180_000);

test("a name that is given for what stands beside is told from where the person stands, and is one", async () => {
  const { id } = await backUp();
  // A script of a test stands at /.
  const beside = relative("/", join(project.root, "data/looked at.db"));
  const [placed] = await restore(id, "--database", "notes.db", "--as", beside);
  expect(placed?.at).toBe(join(project.root, "data/looked at.db"));
  expect(await refused(id, "--database", "notes.db", "--as", "")).toMatchObject({
    code: "USAGE",
    exitCode: 2,
  });
}, 180_000);

test("what a restore that was cut off had put into its place is told by the next one", async () => {
  const { id } = await backUp();
  const folder = project.configuration.state("restores");
  const kept = `${uploads}.old_20261126_110000`;
  mkdirSync(folder, { recursive: true });
  {
    using journal = openJournal<object>(join(folder, "20261126-110000-0a1b2c3d.jsonl"));
    const fresh = join(project.root, "data/.uploads.switchover-0123456789abcdef");
    journal.append({ kind: "fresh", type: "path", name: fresh });
    const { ino } = statSync(uploads);
    journal.append({ kind: "swap", target: uploads, fresh: join(fresh, "uploads"), kept, inode: ino });
  }
  renameSync(uploads, kept);
  mkdirSync(uploads);
  const told = `swap-back ${uploads} takes back what stood there, ${kept}`;
  expect((await restoreRun(id, "--path", "my nginx.conf")).stderr).toContain(told);
  expect((await restoreRun(id, "--path", "my nginx.conf")).stderr).not.toContain(told);
}, 180_000);

test("what is open is not replaced, and neither is anything with it", async () => {
  const { id } = await backUp();
  using open = new Database(notes);
  expect(open.query("SELECT count(*) FROM notes").values()).toEqual([[2]]);
  const error = await refused(id, "--in-place", "--confirm=backups");
  expect(error).toMatchObject({
    code: "DATABASE_IN_USE",
    exitCode: 4,
    why: expect.stringContaining(`${process.pid}`),
  });
}, 180_000);

test("what is not confirmed is not replaced: nobody to ask, the wrong name", async () => {
  const { id } = await backUp();
  expect(await refused(id, "--in-place")).toMatchObject({
    code: "CONFIRMATION_NEEDED",
    exitCode: 2,
    remedy: expect.stringContaining("--confirm=backups"),
  });
  expect(await refused(id, "--path", "uploads", "--in-place", "--confirm=backups")).toMatchObject({
    code: "CONFIRMATION_NEEDED",
    remedy: expect.stringContaining("--confirm=uploads"),
  });
}, 180_000);

test("a place that is a link or a mount is refused before anything is made", async () => {
  const { id } = await backUp();
  rmSync(conf);
  symlinkSync("/etc/passwd", conf);
  expect(await refused(id, "--in-place", "--confirm=backups")).toMatchObject({ code: "TARGET_UNUSABLE" });
  await succeed(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", uploads], limits);
  try {
    const error = await refused(id, "--path", "uploads", "--in-place", "--confirm=uploads");
    expect(error).toMatchObject({ code: "TARGET_UNUSABLE", why: expect.stringContaining("mounted") });
  } finally {
    await succeed(["umount", uploads], limits);
  }
}, 180_000);

test("a SQLite database is restored behind its symbolic link, and behind none that leads elsewhere by now", async () => {
  const volume = join(project.root, "volume");
  const real = join(volume, "notes-1.db");
  mkdirSync(volume);
  renameSync(notes, real);
  symlinkSync("../volume/notes-1.db", notes);
  const { id } = await backUp();
  const change = (text: string) => {
    using database = new Database(notes);
    database.run("UPDATE notes SET text = ?", [text]);
  };
  change("x");
  const inPlace = ["--database", "notes.db", "--in-place", "--confirm=notes.db"];
  const [placed] = await restore(id, ...inPlace);
  expect([placed?.at, readlinkSync(notes), rows()]).toEqual([real, "../volume/notes-1.db", "ab"]);
  expect(rows(placed?.kept)).toBe("xx");

  const back = await project.run("restore-db", ["swap-back", notes, "--confirm=notes-1.db"]);
  expect([back.exitCode, back.stderr, rows()]).toEqual([0, back.stderr, "xx"]);

  rmSync(real);
  expect(await restore(id, ...inPlace)).toMatchObject([{ at: real }]);
  expect(rows()).toBe("ab");

  const other = join(project.root, "other.db");
  writeFileSync(other, "somebody's own");
  rmSync(notes);
  symlinkSync(other, notes);
  expect(await refused(id, ...inPlace)).toMatchObject({
    code: "TARGET_UNUSABLE",
    why: `it is a symbolic link to ${other}, and led to ${real} when it was backed up`,
  });
  expect(readFileSync(other, "utf8")).toBe("somebody's own");
}, 180_000);

test("what is to serve gets its owners back, or is refused to a user who cannot give it to them", async () => {
  await succeed(["chown", "-R", `${nobody}:${nobody}`, project.root], limits);
  await succeed(["chown", "-R", "1001:1001", uploads], limits);
  const { id } = await backUp();
  await succeed(["chown", "-R", `${nobody}:${nobody}`, project.root], limits);
  const asNobody = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
  const script = [join(checkout, "scripts/restore-db.ts"), "--config", project.configFile, "restore", id];
  const restoreAs = (...flags: string[]) =>
    run([...asNobody, ...script, "--json", ...flags], { ...limits, cwd: "/", env: { HOME: project.root } });
  const before = everything();
  const inPlace = await restoreAs("--path", uploads, "--in-place", "--confirm=uploads");
  expect(errorOf(inPlace)).toMatchObject({
    code: "RESTORE_FAILED",
    why: expect.stringContaining("Cannot change ownership to uid 1001"),
  });
  expect(everything()).toEqual(before);
  const own = await restoreAs("--path", "my nginx.conf", "--in-place", "--confirm=my nginx.conf");
  expect([own.exitCode, own.stderr]).toEqual([0, own.stderr]);
  const beside = await restoreAs("--path", "uploads", "--as", join(project.root, "looked-at"));
  expect(beside.stdout).toContain("what belonged to other users is this user's there");
  await succeed(["chown", "-R", "0:0", join(project.backups, id)], limits);
  expect(errorOf(await restoreAs("--path", "uploads"))).toMatchObject({
    why: "this user may not read it: another one has made it",
    remedy: "run it as the user who made the backup, or as root",
  });

  await restore(id, "--path", "uploads", "--in-place", "--confirm=uploads");
  expect(statSync(join(uploads, "deep/größe\n1.txt")).uid).toBe(1001);
}, 180_000);

test("a place without room, or that cannot be written, is told as that, and hinders no later restore", async () => {
  using database = new Database(notes);
  database.run("INSERT INTO notes VALUES (hex(randomblob(1000000)))");
  const { id } = await backUp();
  await using disk = await mountSmallDisk(join(project.root, "small"));
  const at = ["--as", join(disk.folder, "restored")];
  expect(await refused(id, "--database", "notes.db", ...at)).toMatchObject({ code: "NO_SPACE", exitCode: 1 });
  expect(readdirSync(disk.folder)).toEqual([]);
  await succeed(["mount", "-o", "remount,ro", disk.folder], limits);
  const small = await refused(id, "--path", "my nginx.conf", ...at);
  expect(small).toMatchObject({ code: "TARGET_UNUSABLE", exitCode: 2 });
  const { stderr } = await restoreRun(id, "--database", "notes.db");
  expect(stderr).not.toContain("cannot be cleared away");
}, 180_000);

test("a damaged file leaves everything as it is, and the good backup before it restores", async () => {
  const good = await backUp();
  const bad = await backUp();
  const item = bad.items.find(({ type }) => type === "directory");
  const file = join(folderOf(project.backups, bad), item?.file ?? "");
  const whole = readFileSync(file);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    truncateSync(file, Math.floor((whole.length * tenth) / 10));
    expect(await refused(bad.id, "--in-place", "--confirm=backups")).toMatchObject({
      code: "BACKUP_DAMAGED",
      exitCode: 1,
    });
  }
  const flipped = Buffer.from(whole);
  flipped.writeUInt8(flipped.readUInt8(whole.length >> 1) ^ 1, whole.length >> 1);
  writeFileSync(file, flipped);
  expect((await refused(bad.id, "--in-place", "--confirm=backups")).code).toMatch(
    /^(BACKUP_DAMAGED|COMMAND_FAILED)$/,
  );
  rmSync(file);
  expect(await refused(bad.id, "--in-place", "--confirm=backups")).toMatchObject({ code: "BACKUP_DAMAGED" });
  await restore(good.id, "--in-place", "--confirm=backups");
}, 180_000);

test("an encrypted backup needs its identity, and the identity is told nobody", async () => {
  const [key, other] = [join(project.root, "key.txt"), join(project.root, "other.txt")];
  for (const file of [key, other]) await succeed(["age-keygen", "-o", file], limits);
  const recipient = (await succeed(["age-keygen", "-y", key], limits)).trim();
  const text = readFileSync(project.configFile, "utf8");
  writeFileSync(
    project.configFile,
    text.replace('"backups": {', `"backups": { "encryptTo": ["${recipient}"],`),
  );
  const { id } = await backUp();
  const inPlace = [id, "--path", "uploads", "--in-place", "--confirm=uploads"];
  expect(await refused(...inPlace)).toMatchObject({
    code: "IDENTITY_NEEDED",
    exitCode: 2,
    why: expect.stringContaining(recipient),
  });
  expect(await refused(...inPlace, "--identity", other)).toMatchObject({ code: "DECRYPTION_FAILED" });
  rmSync(join(uploads, "deep"), { recursive: true });
  await restore(...inPlace, "--identity", key);
  expect(existsSync(join(uploads, "deep"))).toBe(true);
  const secret = readFileSync(key, "utf8").match(/AGE-SECRET-KEY-\w+/)?.[0] ?? "no secret";
  const logs = await succeed(
    ["grep", "-rlF", "--exclude=key.txt", secret, project.root, join(project.root, ".switchover")],
    limits,
  ).catch(() => "");
  expect(logs).toBe("");
}, 180_000);

test("with nothing left on this host, the copy that was brought away restores", async () => {
  await using azurite = await startAzurite();
  const { containerName } = await azurite.newContainer();
  const remote = {
    endpoint: azurite.endpoint,
    container: containerName,
    auth: { method: "sas-variable", variable: "SAS" },
  };
  const text = readFileSync(project.configFile, "utf8");
  writeFileSync(
    project.configFile,
    text.replace('"backups": {', `"backups": { "remote": ${JSON.stringify(remote)},`),
  );
  const env = { SAS: azurite.sas(containerName) };
  const made = await project.run("backup-db", ["--upload"], env);
  expect([made.exitCode, made.stderr]).toEqual([0, made.stderr]);
  const [{ id } = { id: "" }] = listBackups(project.backups).backups;
  rmSync(project.backups, { recursive: true });
  rmSync(join(uploads, "deep"), { recursive: true });

  expect((await project.run("restore-db", ["list"])).stdout).not.toContain(id);
  expect((await project.run("restore-db", ["list", "--from", "blob"], env)).stdout).toContain(id);
  const flags = ["restore", id, "--from", "blob", "--in-place", "--confirm=backups"];
  const run = await project.run("restore-db", flags, env);
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  expect(readFileSync(join(uploads, "deep/größe\n1.txt"), "utf8")).toBe("uploaded");
  for (const shown of [run.stdout, run.stderr])
    expect(shown).not.toContain(new URLSearchParams(env.SAS).get("sig"));
  expect(listBackups(project.backups).backups.map((backup) => backup.id)).toEqual([id]);
}, 180_000);
