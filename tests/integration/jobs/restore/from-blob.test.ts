import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { listBackups } from "../../../../sdk/core/manifest/index.ts";
import { azureForEachTest } from "../../../support/azure-scene.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { openCopiedProject } from "../../../support/copied-project.ts";
import type { ScriptRun } from "../../../support/script.ts";

const azure = azureForEachTest();

function projectWithCopies(encryptTo: readonly string[] = []): BackupProject {
  const project = openCopiedProject(azure, encryptTo);
  writeFileSync(join(project.root, "uploads/one"), "the first");
  return project;
}

function expectDone(run: ScriptRun): ScriptRun {
  expect([run.exitCode, run.exitCode === 0 ? "" : run.stderr]).toEqual([0, ""]);
  return run;
}

const errorOf = (run: ScriptRun): { code: string; remedy: string } => JSON.parse(run.stdout).error;

async function copied(project: BackupProject): Promise<string> {
  const { stdout } = expectDone(await project.run("backup-db", ["--upload", "--json"]));
  return JSON.parse(stdout).result.backup.id;
}

function rowsOf(file: string): unknown {
  using notes = new Database(file, { readonly: true });
  return notes.query("SELECT text FROM notes ORDER BY text").values();
}

test("a host that lost everything finds its copies, looks into one, and restores it", async () => {
  using project = projectWithCopies();
  const id = await copied(project);
  for (const lost of ["backups", "data", "uploads"])
    rmSync(join(project.root, lost), { recursive: true, force: true });
  mkdirSync(join(project.root, "data"));

  const list = expectDone(await project.run("restore-db", ["list", "--from", "blob"]));
  expect(list.stdout).toContain(id);
  const show = expectDone(await project.run("restore-db", ["show", id, "--from", "blob"]));
  expect(show.stdout).toContain(`restore ${id} --from blob --in-place`);
  expect(listBackups(project.backups).backups).toEqual([]);

  const flags = ["--from", "blob", "--in-place", "--confirm", "backups"];
  expectDone(await project.run("restore-db", ["restore", id, ...flags]));
  expect(readFileSync(join(project.root, "uploads/one"), "utf8")).toBe("the first");
  expect(rowsOf(join(project.root, "data/notes.db"))).toEqual([["a"], ["b"]]);
  expect(listBackups(project.backups).backups.map((backup) => backup.id)).toEqual([id]);
});

test("a fetch that is killed leaves no backup and changes nothing; the next one goes on and restores", async () => {
  using project = projectWithCopies();
  const id = await copied(project);
  rmSync(project.backups, { recursive: true });
  writeFileSync(join(project.root, "uploads/one"), "the second");
  const flags = ["restore", id, "--from", "blob", "--path", "uploads", "--in-place", "--confirm", "uploads"];
  const reached = Promise.withResolvers<void>();
  let last: string | undefined;
  azure.gate.decide = ({ kind, url }) => {
    if (kind !== "read" || url.includes("manifest.json")) return "pass";
    last ??= url;
    if (url === last) return "pass";
    reached.resolve();
    return "stall";
  };
  const killed = project.start("restore-db", flags);
  await reached.promise;
  killed.child.kill("SIGKILL");
  await killed.ended;
  azure.gate.decide = () => "pass";
  expect(listBackups(project.backups).backups).toEqual([]);
  expect(readFileSync(join(project.root, "uploads/one"), "utf8")).toBe("the second");

  azure.gate.passed.length = 0;
  expectDone(await project.run("restore-db", flags));
  expect(azure.gate.passed.filter(({ kind, url }) => kind === "read" && url === last)).toEqual([]);
  expect(readFileSync(join(project.root, "uploads/one"), "utf8")).toBe("the first");
});

test("an encrypted copy needs its identity, which is told before anything is replaced", async () => {
  const identity = await generateX25519Identity();
  using project = projectWithCopies([await identityToRecipient(identity)]);
  const id = await copied(project);
  rmSync(project.backups, { recursive: true });
  writeFileSync(join(project.root, "uploads/one"), "the second");
  const flags = ["restore", id, "--from", "blob", "--path", "uploads", "--in-place", "--confirm", "uploads"];
  const without = await project.run("restore-db", [...flags, "--json"]);
  expect(without.exitCode).not.toBe(0);
  expect(errorOf(without).remedy).toContain("--identity");
  expect(readFileSync(join(project.root, "uploads/one"), "utf8")).toBe("the second");

  const keys = join(project.root, "key.txt");
  writeFileSync(keys, `# a key\n${identity}\n`, { mode: 0o600 });
  const run = expectDone(await project.run("restore-db", [...flags, "--identity", keys, "--json"]));
  expect(readFileSync(join(project.root, "uploads/one"), "utf8")).toBe("the first");
  const log = readFileSync(JSON.parse(run.stdout).logFile, "utf8");
  for (const text of [run.stdout, run.stderr, log]) expect(text).not.toContain(identity.slice(20));
});

test("a copy that is not there, and a place that is not configured, are bad input", async () => {
  using project = projectWithCopies();
  const unknown = await project.run("restore-db", [
    "show",
    "20260101-000000-abcd",
    "--from",
    "blob",
    "--json",
  ]);
  expect([unknown.exitCode, errorOf(unknown).code]).toEqual([2, "BACKUP_UNKNOWN"]);
  const empty = expectDone(await project.run("restore-db", ["list", "--from", "blob"]));
  expect(empty.stdout).toMatch(
    /no backup has been brought to http\S+\/ yet: \/\S+\/scripts\/backup-db\.ts --config \S+ --upload makes one/,
  );
  for (const [flags, message] of [
    [["swap-back", "uploads", "--from", "blob"], "--from means nothing to swap-back"],
    [["swap-back", "uploads", "--in-place"], "--in-place means nothing to swap-back"],
    [["list", "--path", "uploads"], "--path means nothing to list"],
    [["show", "20260101-000000-abcd", "--confirm=x"], "--confirm means nothing to show"],
  ] as const) {
    const idle = await project.run("restore-db", [...flags, "--json"]);
    expect([idle.exitCode, JSON.parse(idle.stdout).error]).toMatchObject([2, { code: "USAGE", message }]);
  }
  using nowhere = openBackupProject(undefined, { directories: ["config"] });
  const refused = await nowhere.run("restore-db", ["list", "--from", "blob", "--json"]);
  expect([refused.exitCode, errorOf(refused).code]).toEqual([2, "REMOTE_NOT_CONFIGURED"]);
});
