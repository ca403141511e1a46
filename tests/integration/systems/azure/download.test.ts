import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, listBackups, type Manifest } from "../../../../sdk/core/manifest/index.ts";
import {
  downloadBackup,
  listRemoteBackups,
  readRemoteBackup,
  uploadBackup,
} from "../../../../sdk/systems/azure/index.ts";
import { azureForEachTest } from "../../../support/azure-scene.ts";
import { type BackupFolder, newBackupFolder } from "../../../support/backup-folder.ts";
import { failureOf } from "../../../support/failure-of.ts";
import type { Fate } from "../../../support/gate.ts";
import { mountSmallDisk } from "../../../support/small-disk.ts";

const mebibyte = 1024 * 1024;
const { signal } = new AbortController();

const azure = azureForEachTest();
let origin: BackupFolder;
let here: BackupFolder;

beforeEach(() => {
  [origin, here] = [newBackupFolder(), newBackupFolder()];
});
afterEach(() => {
  origin[Symbol.dispose]();
  here[Symbol.dispose]();
});

const remote = () => azure.remote();

async function uploaded(sizes: readonly number[], change: Partial<Manifest> = {}): Promise<Manifest> {
  const manifest = origin.add(sizes, change);
  await uploadBackup(await remote(), origin.path, manifest.id, { signal });
  return manifest;
}

const download = async (id: string, into = here.path) => downloadBackup(await remote(), id, into, { signal });

/** A blob that whoever may write has made another one. */
async function rewrite({ id }: Manifest, file: string, content: Buffer | string): Promise<void> {
  const blob = azure.container.getBlockBlobClient(`cell-hub/${id}/${file}`);
  const bytes = Buffer.from(content);
  await blob.upload(bytes, bytes.length);
}

function contentOf(folder: string, { id }: Manifest, file: string): Buffer {
  return readFileSync(join(folderOf(folder, { id }), file));
}

test("a backup comes back byte by byte, for its owner alone, and is then a backup of this host", async () => {
  const manifest = await uploaded([9 * mebibyte + 7, 0, 300]);
  const told: number[] = [];
  const got = await downloadBackup(await remote(), manifest.id, join(here.path, "new/backups"), {
    signal,
    onProgress: (done) => told.push(done),
  });
  const backups = join(here.path, "new/backups");
  expect(listBackups(backups)).toEqual({ backups: [got], unreadable: [] });
  expect(got).toEqual({
    ...manifest,
    uploaded: [{ where: expect.stringContaining(manifest.id), at: expect.any(String) }],
  });
  expect(told.at(-1)).toBe(9 * mebibyte + 307);
  for (const { file } of manifest.items) {
    expect(contentOf(backups, manifest, file).equals(contentOf(origin.path, manifest, file))).toBe(true);
    expect(statSync(join(folderOf(backups, manifest), file)).mode & 0o777).toBe(0o600);
  }
  expect(statSync(folderOf(backups, manifest)).mode & 0o777).toBe(0o700);
});

test.each([
  ["tampered with", (bytes: Buffer) => Buffer.concat([bytes.subarray(1), Buffer.of(0)])],
  ["cut short", (bytes: Buffer) => bytes.subarray(0, -1)],
  ["made longer", (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)])],
])("a file that was %s there is refused, and nothing here becomes a backup", async (_, change) => {
  const manifest = await uploaded([100, 5 * mebibyte]);
  await rewrite(manifest, "part-1.zst", change(contentOf(origin.path, manifest, "part-1.zst")));
  expect(await failureOf(download(manifest.id))).toMatchObject({ code: "REMOTE_DAMAGED" });
  expect(listBackups(here.path).backups).toEqual([]);
  expect(existsSync(folderOf(here.path, manifest))).toBe(false);
  expect(readdirSync(join(here.path, `${manifest.id}.partial`)).sort()).toEqual([".lock", "part-0.zst"]);
});

test("a file that lifecycle rules took makes the backup unusable, in the list too", async () => {
  const older = await uploaded([10], { startedAt: "2026-01-01T00:00:00.000Z" });
  const manifest = await uploaded([10, 10]);
  await azure.container.deleteBlob(`cell-hub/${manifest.id}/part-1.zst`);
  const { backups, unreadable } = await listRemoteBackups(await remote(), signal);
  expect(backups.map(({ id }) => id)).toEqual([older.id]);
  expect(unreadable).toEqual([{ id: manifest.id, why: "its file part-1.zst is missing" }]);
  expect(await failureOf(download(manifest.id))).toMatchObject({
    code: "REMOTE_DAMAGED",
    why: "it is not there",
  });
});

test("a manifest that leads out of its folder is refused", async () => {
  const manifest = await uploaded([10]);
  const items = manifest.items.map((item) => ({ ...item, file: "../../outside" }));
  await rewrite(manifest, "manifest.json", JSON.stringify({ ...manifest, items }));
  expect(await failureOf(download(manifest.id))).toMatchObject({ code: "BACKUP_DAMAGED" });
  expect(existsSync(join(here.path, "outside"))).toBe(false);
  const { unreadable } = await listRemoteBackups(await remote(), signal);
  expect(unreadable.map(({ id }) => id)).toEqual([manifest.id]);
});

test("one backup is shown by its id, without its files", async () => {
  const manifest = await uploaded([10]);
  azure.gate.passed.length = 0;
  expect(await readRemoteBackup(await remote(), manifest.id, signal)).toEqual(manifest);
  expect(azure.gate.passed.filter(({ url }) => url.includes("part-0"))).toEqual([]);
});

test.each(["20260101-000000-abcd", "../secrets", "", "20260101-000000-abcd/../x"])(
  "the id %j is unknown",
  async (id) => {
    expect(await failureOf(download(id))).toMatchObject({ code: "BACKUP_UNKNOWN", exitCode: 2 });
  },
);

test("cut off, the next download fetches what is missing alone", async () => {
  const manifest = await uploaded([5 * mebibyte, 6 * mebibyte]);
  azure.gate.decide = ({ kind, url }) => (kind === "read" && url.includes("part-1") ? "half answer" : "pass");
  expect(await failureOf(download(manifest.id))).toMatchObject({ code: "REMOTE_UNREACHABLE" });
  expect(listBackups(here.path).backups).toEqual([]);
  azure.gate.decide = () => "pass";
  azure.gate.passed.length = 0;
  await download(manifest.id);
  expect(azure.gate.passed.filter(({ url }) => url.includes("part-0"))).toEqual([]);
  expect(listBackups(here.path).backups.map(({ id }) => id)).toEqual([manifest.id]);
});

test("what an earlier download left damaged is fetched again", async () => {
  const manifest = await uploaded([1_000]);
  await download(manifest.id);
  const partial = `${folderOf(here.path, manifest)}.partial`;
  renameSync(folderOf(here.path, manifest), partial);
  writeFileSync(join(partial, "part-0.zst"), Buffer.alloc(1_000));
  await download(manifest.id);
  expect(contentOf(here.path, manifest, "part-0.zst")).toEqual(
    contentOf(origin.path, manifest, "part-0.zst"),
  );
});

test("an answer that breaks off half way is asked for again", async () => {
  const manifest = await uploaded([9 * mebibyte]);
  let broken = 0;
  azure.gate.decide = ({ kind, url }) => {
    if (kind !== "read" || !url.includes("part-0") || broken > 1) return "pass";
    broken += 1;
    return "half answer";
  };
  await download(manifest.id);
  expect(broken).toBe(2);
  expect(
    contentOf(here.path, manifest, "part-0.zst").equals(contentOf(origin.path, manifest, "part-0.zst")),
  ).toBe(true);
});

test("a blob that is made another one while it is read is not taken for one", async () => {
  const manifest = await uploaded([24 * mebibyte]);
  let reads = 0;
  azure.gate.decide = async ({ kind, url }): Promise<Fate> => {
    if (kind === "read" && url.includes("part-0")) reads += 1;
    if (reads === 5) await rewrite(manifest, "part-0.zst", Buffer.alloc(24 * mebibyte, 1));
    return "pass";
  };
  expect(await failureOf(download(manifest.id))).toMatchObject({
    code: "REMOTE_FAILED",
    details: { status: 412 },
  });
  expect(listBackups(here.path).backups).toEqual([]);
});

test("a backup that is here already is left as it is; another one of its name is an error", async () => {
  const manifest = await uploaded([10]);
  await download(manifest.id);
  const before = statSync(join(folderOf(here.path, manifest), "part-0.zst")).ino;
  await download(manifest.id);
  expect(statSync(join(folderOf(here.path, manifest), "part-0.zst")).ino).toBe(before);

  rmSync(folderOf(here.path, manifest), { recursive: true });
  here.add([20], { id: manifest.id });
  expect(await failureOf(download(manifest.id))).toMatchObject({ code: "REMOTE_CONFLICT" });
});

test("a disk that is too small is seen before anything is fetched; one that fills up leaves no backup", async () => {
  const manifest = await uploaded([700_000, 600_000]);
  await using disk = await mountSmallDisk(join(here.path, "small"));
  const backups = join(disk.folder, "backups");
  azure.gate.passed.length = 0;
  expect(await failureOf(download(manifest.id, backups))).toMatchObject({ code: "NO_SPACE" });
  expect(azure.gate.passed.filter(({ kind, url }) => kind === "read" && url.includes("part-"))).toEqual([]);

  const fits = await uploaded([700_000]);
  azure.gate.decide = ({ kind, url }) => {
    if (kind === "read" && url.includes("part-")) disk.fill();
    return "pass";
  };
  expect(await failureOf(download(fits.id, backups))).toMatchObject({ code: "NO_SPACE" });
  expect(listBackups(backups).backups).toEqual([]);
  disk.free();
  azure.gate.decide = () => "pass";
  await download(fits.id, backups);
  expect(listBackups(backups).backups.map(({ id }) => id)).toEqual([fits.id]);
});
