import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, type Manifest } from "../../../../sdk/core/manifest/index.ts";
import {
  listRemoteBackups,
  newestRemoteBackup,
  type UploadProgress,
  uploadBackup,
} from "../../../../sdk/systems/azure/index.ts";
import { azureForEachTest } from "../../../support/azure-scene.ts";
import { type BackupFolder, newBackupFolder } from "../../../support/backup-folder.ts";
import { failureOf } from "../../../support/failure-of.ts";
import type { Passing } from "../../../support/gate.ts";

const mebibyte = 1024 * 1024;
const { signal } = new AbortController();

const azure = azureForEachTest();
let backups: BackupFolder;

beforeEach(() => {
  backups = newBackupFolder();
});
afterEach(() => backups[Symbol.dispose]());

const remote = (tryMs?: number) => azure.remote(tryMs === undefined ? {} : { tryMs });

const names = async () =>
  (await Array.fromAsync(azure.container.listBlobsFlat())).map(({ name }) => name).sort();

const count = (kind: Passing["kind"]) => azure.gate.passed.filter((passing) => passing.kind === kind).length;
const listed = async () => (await listRemoteBackups(await remote(), signal)).backups.map(({ id }) => id);

const upload = async ({ id }: Manifest, tryMs?: number) =>
  uploadBackup(await remote(tryMs), backups.path, id, { signal });

test("a backup goes up block by block, is read back, and its manifest comes last", async () => {
  const manifest = backups.add([9 * mebibyte, 10, 0]);
  const told: UploadProgress[] = [];
  const uploaded = await uploadBackup(await remote(), backups.path, manifest.id, {
    signal,
    onProgress: (progress) => told.push(progress),
  });
  const total = 9 * mebibyte + 10;
  expect(uploaded).toMatchObject({ sentBytes: total, foundBytes: 0 });
  expect(uploaded.where).toEndWith(`/cell-hub/${manifest.id}`);
  expect(count("block")).toBe(3 + 1 + 1);
  expect(told.findLast(({ phase }) => phase === "sending")).toMatchObject({ done: total, total, found: 0 });
  expect(told.at(-1)).toMatchObject({ phase: "reading back", done: total, total });

  const commits = azure.gate.passed.filter(({ kind }) => kind === "commit");
  expect(commits.at(-1)?.url).toContain("manifest.json");
  expect(commits).toHaveLength(4);
  for (const { file, bytes } of manifest.items) {
    const there = await azure.container
      .getBlobClient(`cell-hub/${manifest.id}/${file}`)
      .downloadToBuffer(0, bytes || undefined);
    expect(there.equals(readFileSync(join(folderOf(backups.path, manifest), file)))).toBe(true);
  }
  expect((await listRemoteBackups(await remote(), signal)).backups).toEqual([manifest]);
});

test("what is there already is read back, and not sent again", async () => {
  const manifest = backups.add([5 * mebibyte, 20]);
  await upload(manifest);
  azure.gate.passed.length = 0;
  expect(await upload(manifest)).toMatchObject({ sentBytes: 0, foundBytes: 5 * mebibyte + 20 });
  expect(count("block") + count("commit")).toBe(0);
  expect(count("read")).toBeGreaterThan(2);
});

test("cut off between two blocks, it is no backup there; the next run sends what is missing alone", async () => {
  const older = backups.add([100]);
  await upload(older);
  const manifest = backups.add([30 * mebibyte]);
  azure.gate.passed.length = 0;
  azure.gate.decide = ({ kind }) => (kind === "block" && count("block") > 3 ? "cut" : "pass");
  expect(await failureOf(upload(manifest))).toMatchObject({ code: "REMOTE_UNREACHABLE" });
  azure.gate.decide = () => "pass";
  expect(await listed()).toEqual([older.id]);
  expect(await newestRemoteBackup(await remote(), signal)).toMatchObject({ id: older.id });

  azure.gate.passed.length = 0;
  expect(await upload(manifest)).toEqual({
    where: expect.stringContaining(manifest.id),
    sentBytes: 18 * mebibyte,
    foundBytes: 12 * mebibyte,
  });
  expect(await listed()).toContain(manifest.id);
});

test("a file that was committed before the cut is not sent again, and the manifest follows", async () => {
  const manifest = backups.add([6 * mebibyte, 5 * mebibyte]);
  azure.gate.decide = ({ url }) => (url.includes("part-1") ? "cut" : "pass");
  expect(await failureOf(upload(manifest))).toMatchObject({ code: "REMOTE_UNREACHABLE" });
  expect(await names()).toEqual([`cell-hub/${manifest.id}/part-0.zst`]);
  azure.gate.decide = () => "pass";
  expect(await upload(manifest)).toMatchObject({ sentBytes: 5 * mebibyte, foundBytes: 6 * mebibyte });
});

test("blocks that an earlier run left of another content are not taken for ours", async () => {
  const manifest = backups.add([4 * mebibyte + 100]);
  const blob = azure.container.getBlockBlobClient(`cell-hub/${manifest.id}/part-0.zst`);
  const foreign = Buffer.alloc(100, 7);
  await blob.stageBlock(Buffer.from("0".repeat(39)).toString("base64"), foreign, foreign.length);
  expect(await upload(manifest)).toMatchObject({ sentBytes: 4 * mebibyte + 100, foundBytes: 0 });
});

test("a block that was damaged on its way is refused by the server, and sent again", async () => {
  const manifest = backups.add([mebibyte]);
  let damaged = 0;
  azure.gate.decide = ({ kind }) => {
    if (kind !== "block" || damaged > 0) return "pass";
    damaged += 1;
    return "damage";
  };
  await upload(manifest);
  expect(damaged).toBe(1);
  expect(count("block")).toBe(3);
  expect(await listed()).toEqual([manifest.id]);
});

test("a way that damages every block ends in a failure, and in no blob", async () => {
  const manifest = backups.add([mebibyte]);
  azure.gate.decide = ({ kind }) => (kind === "block" ? "damage" : "pass");
  expect(await failureOf(upload(manifest))).toMatchObject({ code: "REMOTE_DAMAGED" });
  expect(await names()).toEqual([]);
});

test("what does not read back as it was sent is never published", async () => {
  const manifest = backups.add([mebibyte]);
  azure.gate.decide = ({ kind, url }) =>
    kind === "read" && url.includes("part-0") ? "damage answer" : "pass";
  expect(await failureOf(upload(manifest))).toMatchObject({
    code: "REMOTE_DAMAGED",
    message: expect.stringContaining("is not what was sent"),
  });
  azure.gate.decide = () => "pass";
  expect(await listed()).toEqual([]);
});

test.each([
  ["of another size", Buffer.from("something else")],
  ["of the same size", Buffer.alloc(1_000, 1)],
])("something else %s under a name of the backup is an error, and stays as it is", async (_, other) => {
  const manifest = backups.add([1_000]);
  const blob = azure.container.getBlockBlobClient(`cell-hub/${manifest.id}/part-0.zst`);
  await blob.upload(other, other.length);
  expect(await failureOf(upload(manifest))).toMatchObject({ code: "REMOTE_CONFLICT" });
  expect((await blob.downloadToBuffer()).equals(other)).toBe(true);
  expect(await listed()).toEqual([]);
});

test("another backup's manifest under its name is an error, and stays as it is", async () => {
  const manifest = backups.add([10]);
  const blob = azure.container.getBlockBlobClient(`cell-hub/${manifest.id}/manifest.json`);
  const text = JSON.stringify({ ...manifest, project: "another" });
  await blob.upload(text, text.length);
  expect(await failureOf(upload(manifest))).toMatchObject({ code: "REMOTE_CONFLICT" });
  expect((await blob.downloadToBuffer()).toString()).toBe(text);
});

test("a backup that was proven further or pinned since is still the same there", async () => {
  const manifest = backups.add([10]);
  await upload(manifest);
  const path = join(folderOf(backups.path, manifest), "manifest.json");
  writeFileSync(path, JSON.stringify({ ...manifest, pinned: true }));
  expect(await upload(manifest)).toMatchObject({ sentBytes: 0 });
});

test("an answer that was lost on its way back is no second blob and no conflict", async () => {
  const manifest = backups.add([100]);
  const lost = new Set<string>();
  azure.gate.decide = ({ kind, url }) => {
    if (kind !== "commit" || lost.has(url)) return "pass";
    lost.add(url);
    return "cut answer";
  };
  await upload(manifest);
  expect(lost.size).toBe(2);
  expect(await listed()).toEqual([manifest.id]);
});

test("a server that takes a block and never answers is given up on, each time at the limit of a try", async () => {
  const manifest = backups.add([100]);
  azure.gate.decide = ({ kind }) => (kind === "block" ? "stall" : "pass");
  const failure = await failureOf(upload(manifest, 300));
  expect(failure).toMatchObject({ code: "REMOTE_UNREACHABLE", why: "no answer within 0.3 s" });
  expect(count("block")).toBe(3);
});

test("a file that changed since its manifest was written is not published", async () => {
  const manifest = backups.add([5 * mebibyte]);
  const path = join(folderOf(backups.path, manifest), "part-0.zst");
  const bytes = readFileSync(path);
  bytes[4 * mebibyte + 5] = (bytes[4 * mebibyte + 5] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  expect(await failureOf(upload(manifest))).toMatchObject({
    code: "BACKUP_DAMAGED",
    why: "its SHA-256 is another",
  });
  writeFileSync(path, bytes.subarray(1));
  expect(await failureOf(upload(manifest))).toMatchObject({ code: "BACKUP_DAMAGED" });
  expect(await names()).toEqual([]);
});

test("an interruption ends it at once, and the blocks stay for the next run", async () => {
  const manifest = backups.add([20 * mebibyte]);
  const interrupt = new AbortController();
  const reason = new Error("interrupted");
  azure.gate.decide = ({ kind }) => {
    if (kind === "block" && count("block") === 3) interrupt.abort(reason);
    return "pass";
  };
  const ended = await uploadBackup(await remote(), backups.path, manifest.id, {
    signal: interrupt.signal,
  }).catch((thrown: unknown) => thrown);
  expect(ended).toBe(reason);
  expect(await names()).toEqual([]);
  expect(await upload(manifest)).toMatchObject({ sentBytes: expect.any(Number) });
});

test("two uploads of one backup at once come to one backup", async () => {
  const manifest = backups.add([9 * mebibyte, 50]);
  const outcomes = await Promise.allSettled([upload(manifest), upload(manifest)]);
  expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
  await upload(manifest);
  expect(await listed()).toEqual([manifest.id]);
});

test("the newest one that is whole is found; one dated in the future, or without a file, does not hide what is missing", async () => {
  const day = 86_400_000;
  const old = backups.add([10], { startedAt: new Date(Date.now() - 3 * day).toISOString() });
  const broken = backups.add([10], { startedAt: new Date(Date.now() - day).toISOString() });
  const future = backups.add([10], { startedAt: new Date(Date.now() + 30 * day).toISOString() });
  for (const manifest of [old, broken, future]) await upload(manifest);
  await azure.container.deleteBlob(`cell-hub/${broken.id}/part-0.zst`);
  expect(await newestRemoteBackup(await remote(), signal)).toMatchObject({ id: old.id });
});
