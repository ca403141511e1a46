import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { openJournal } from "../../../../sdk/core/journal/index.ts";
import { listBackups } from "../../../../sdk/core/manifest/index.ts";
import { run, succeed } from "../../../../sdk/core/process/index.ts";
import { nobody } from "../../../support/as-another.ts";
import { startAzurite } from "../../../support/azurite.ts";
import { errorOf } from "../../../support/document.ts";
import { checkout } from "../../../support/stack.ts";
import { type FilesProject, openFilesProject } from "./files-project.ts";

const limits = { deadlineMs: 30_000 };

let files: FilesProject;
beforeEach(() => {
  files = openFilesProject();
});
afterEach(() => files[Symbol.dispose]());

test("a folder, a file and a SQLite database take their places together, and each comes back", async () => {
  const { project, uploads, notes, conf, backUp, restore, rows } = files;
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
  const { project, uploads, notes, conf, backUp, restore, refused, rows } = files;
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
  const { notes, backUp, restore, rows } = files;
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
  const { project, notes, backUp, restore, rows } = files;
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
  const { project, backUp, restore, refused } = files;
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
  const { project, uploads, backUp, restoreRun } = files;
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

test("a SQLite database is restored behind its symbolic link, and behind none that leads elsewhere by now", async () => {
  const { project, notes, backUp, restore, refused, rows } = files;
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
  const { project, uploads, backUp, restore, everything } = files;
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

test("with nothing left on this host, the copy that was brought away restores", async () => {
  const { project, uploads } = files;
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
