import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, listBackups, type Manifest } from "../../sdk/core/manifest/index.ts";
import { succeed } from "../../sdk/core/process/index.ts";
import { listRemoteBackups } from "../../sdk/systems/azure/index.ts";
import { azureForEachTest } from "../support/azure-scene.ts";
import { type BackupProject, openBackupProject } from "../support/backup-project.ts";
import { giveSas, openCopiedProject } from "../support/copied-project.ts";
import type { ScriptRun } from "../support/script.ts";
import { untilPasses } from "../support/until.ts";

const mebibyte = 1024 * 1024;
const { signal } = new AbortController();

const azure = azureForEachTest();
let project: BackupProject;

beforeEach(() => {
  project = openCopiedProject(azure);
  writeFileSync(join(project.root, "uploads/large"), randomBytes(30 * mebibyte));
});
afterEach(() => project[Symbol.dispose]());

const blocks = () => azure.gate.passed.filter(({ kind }) => kind === "block").length;
const local = () => listBackups(project.backups).backups;

async function remoteIds(): Promise<string[]> {
  const remote = await azure.remote({ endpoint: azure.azurite.endpoint, prefix: "backups" });
  return (await listRemoteBackups(remote, signal)).backups.map(({ id }) => id);
}

/** Nothing that the run said or wrote down has the token's signature in it. */
function expectSilence(run: ScriptRun): void {
  const token = readFileSync(join(project.root, "secrets/backups.sas"), "utf8").trim();
  const signature = new URLSearchParams(token).get("sig") ?? "no signature";
  const log = readFileSync(JSON.parse(run.stdout).logFile, "utf8");
  expect(log).toContain("backup-db begins");
  for (const text of [run.stdout, run.stderr, log])
    for (const secret of [signature, encodeURIComponent(signature)]) expect(text).not.toContain(secret);
}

/** The SQLite database of a backup, decoded without anything of ours. */
async function expectRestorable(backup: Manifest | undefined): Promise<void> {
  if (backup === undefined) throw new Error("there is no backup");
  const item = backup.items.find(({ type }) => type === "sqlite");
  const file = join(folderOf(project.backups, backup), item?.file ?? "");
  const restored = join(project.root, "restored.db");
  await succeed(["zstd", "--decompress", "--force", "--quiet", "-o", restored, file], { deadlineMs: 20_000 });
  using notes = new Database(restored, { readonly: true });
  expect(notes.query("SELECT count(*) AS rows FROM notes").get()).toEqual({ rows: 2 });
}

test("a run that is killed while it uploads leaves a good backup here and none there; --upload-only goes on", async () => {
  const first = await project.run("backup-db", ["--upload", "--json"]);
  expect([first.exitCode, first.exitCode === 0 ? "" : first.stderr]).toEqual([0, ""]);
  expectSilence(first);
  const older = local()[0]?.id ?? "";
  expect(await remoteIds()).toEqual([older]);
  expect(local()[0]?.uploaded).toEqual([
    {
      where: `${azure.gate.address}/${azure.container.containerName}/backups/${older}`,
      at: expect.any(String),
    },
  ]);

  azure.gate.passed.length = 0;
  const cut = Promise.withResolvers<void>();
  const answered = () =>
    azure.gate.passed.filter(({ kind, answered }) => kind === "block" && answered).length;
  azure.gate.decide = async ({ kind }) => {
    if (kind !== "block" || blocks() < 6) return "pass";
    await untilPasses(() => expect(answered()).toBe(5), 30_000);
    cut.resolve();
    return "stall";
  };
  const killed = project.start("backup-db", ["--upload"]);
  await cut.promise;
  killed.child.kill("SIGKILL");
  await killed.ended;
  azure.gate.decide = () => "pass";

  const [newest] = local();
  expect(newest?.id).not.toBe(older);
  await expectRestorable(newest);
  expect(await remoteIds()).toEqual([older]);

  azure.gate.passed.length = 0;
  const again = await project.run("backup-db", ["--upload-only", newest?.id ?? "", "--json"]);
  expect([again.exitCode, again.exitCode === 0 ? "" : again.stderr]).toEqual([0, ""]);
  expectSilence(again);
  const { uploaded } = JSON.parse(again.stdout).result;
  expect(uploaded.foundBytes).toBeGreaterThan(8 * mebibyte);
  expect(blocks()).toBeLessThan(8);
  expect(await remoteIds()).toEqual([newest?.id ?? "", older]);
});

test("a SAS that is refused half way ends in 5: the backup is good, and how to go on is said", async () => {
  azure.gate.decide = ({ kind }) => (kind === "block" && blocks() >= 3 ? "refuse" : "pass");
  const run = await project.run("backup-db", ["--upload", "--json"]);
  const [backup] = local();
  expect(run.exitCode).toBe(5);
  const { error, result } = JSON.parse(run.stdout);
  expect(error).toMatchObject({ code: "UPLOAD_FAILED", details: { code: "REMOTE_DENIED", id: backup?.id } });
  expect(error.remedy).toContain(`--upload-only ${backup?.id}`);
  expect(result.backup.id).toBe(backup?.id);
  expectSilence(run);
  await expectRestorable(backup);
  expect(await remoteIds()).toEqual([]);
});

test("an interruption while it uploads ends in 5 too, and the lock is free meanwhile", async () => {
  const cut = Promise.withResolvers<void>();
  azure.gate.decide = ({ kind }) => {
    if (kind !== "block") return "pass";
    cut.resolve();
    return "stall";
  };
  const started = project.start("backup-db", ["--upload"]);
  await cut.promise;
  const another = await project.run("backup-db", ["--json"]);
  expect([another.exitCode, another.exitCode === 0 ? "" : another.stderr]).toEqual([0, ""]);
  started.child.kill("SIGINT");
  const { exitCode, stderr } = await started.ended;
  expect([exitCode, stderr]).toEqual([5, expect.stringContaining("lies on this host alone")]);
  expect(local()).toHaveLength(2);
});

test("an expired SAS does not keep the backup from being made", async () => {
  giveSas(
    project,
    azure.azurite.sas(azure.container.containerName, { expiresOn: new Date(Date.now() - 60_000) }),
  );
  const run = await project.run("backup-db", ["--upload", "--json"]);
  expect([run.exitCode, run.stderr]).toEqual([5, expect.stringContaining("expired at")]);
  await expectRestorable(local()[0]);
  expectSilence(run);
});

test("an upload without a place for it, or of a backup that is not there, is refused before anything is done", async () => {
  const unknown = await project.run("backup-db", ["--upload-only", "20260101-000000-abcd"]);
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining("there is no backup")]);
  using nowhere = openBackupProject(undefined, { directories: ["config"] });
  const run = await nowhere.run("backup-db", ["--upload", "--json"]);
  expect(run.exitCode).toBe(2);
  expect(JSON.parse(run.stdout).error.code).toBe("REMOTE_NOT_CONFIGURED");
  expect(listBackups(nowhere.backups).backups).toEqual([]);
  const both = await project.run("backup-db", ["--upload-only", "20260101-000000-abcd", "--upload"]);
  expect(both.exitCode).toBe(2);
});
