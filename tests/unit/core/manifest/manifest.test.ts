import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  amendManifest,
  folderOf,
  isBackupId,
  listBackups,
  type Manifest,
  manifestFile,
  newBackupId,
  parseManifest,
  readBackup,
  writeManifest,
} from "../../../../sdk/core/manifest/index.ts";
import { manifestWith } from "../../../support/manifests.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchover-backups-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(manifest: Manifest): Manifest {
  mkdirSync(folderOf(folder, manifest));
  writeManifest(folderOf(folder, manifest), manifest);
  return manifest;
}

test("what was written is read back, and only its owner may", () => {
  const manifest = write(manifestWith({ release: "1.8.3", environment: "blue", pinned: true }));
  expect(readBackup(folder, manifest.id)).toEqual(manifest);
  expect(statSync(join(folder, manifest.id, manifestFile)).mode & 0o777).toBe(0o600);
});

test("backups are listed newest first, by their own times and not by their names", () => {
  const old = write(manifestWith({ id: "20301231-000000-aaaa", startedAt: "2026-01-01T00:00:00.000Z" }));
  const recent = write(manifestWith({ id: "20200101-000000-bbbb", startedAt: "2026-01-02T00:00:00.000Z" }));
  expect(listBackups(folder).backups.map(({ id }) => id)).toEqual([recent.id, old.id]);
});

test("no manifest, no backup: what is begun, foreign or a stray file is not seen", () => {
  mkdirSync(join(folder, newBackupId(new Date())));
  mkdirSync(join(folder, "my own notes"));
  writeFileSync(join(folder, newBackupId(new Date())), "a file");
  const begun = manifestWith();
  mkdirSync(join(folder, `${begun.id}.partial`));
  writeFileSync(join(folder, `${begun.id}.partial`, manifestFile), JSON.stringify(begun));
  expect(listBackups(folder)).toEqual({ backups: [], unreadable: [] });
  expect(listBackups(join(folder, "nowhere"))).toEqual({ backups: [], unreadable: [] });
});

test("a manifest that is torn, newer, of another backup, or leads elsewhere makes none, and is told", () => {
  const [torn, newer, moved, led] = [manifestWith(), manifestWith(), manifestWith(), manifestWith()];
  const common = { name: "n", file: "01-n.tar.zst", bytes: 1, rawBytes: 1, sha256: "0".repeat(64) };
  const facts = { path: "/srv/../etc/passwd", entries: 1, warnings: [] };
  const texts = {
    [torn.id]: JSON.stringify(torn).slice(0, 100),
    [newer.id]: JSON.stringify({ ...newer, format: 2 }),
    [moved.id]: JSON.stringify({ ...moved, id: newBackupId(new Date()) }),
    [led.id]: JSON.stringify({ ...led, items: [{ type: "file", ...common, compression: "zstd", facts }] }),
  };
  for (const [id, text] of Object.entries(texts)) {
    mkdirSync(join(folder, id));
    writeFileSync(join(folder, id, manifestFile), text);
    expect(() => readBackup(folder, id)).toThrow(expect.objectContaining({ code: "BACKUP_DAMAGED" }));
  }
  const { backups, unreadable } = listBackups(folder);
  expect(backups).toEqual([]);
  expect(unreadable.map(({ id }) => id).sort()).toEqual([torn.id, newer.id, moved.id, led.id].sort());
});

test("an id that is none, or leads out of the folder, is unknown", () => {
  for (const id of ["", "..", "../etc", "20261126-105813-0000", `${newBackupId(new Date())}/..`]) {
    expect(() => readBackup(folder, id)).toThrow(expect.objectContaining({ code: "BACKUP_UNKNOWN" }));
  }
  expect(isBackupId(newBackupId(new Date("2026-03-29T01:30:00Z")))).toBe(true);
});

test("what becomes known later is added, and nothing else changes", () => {
  const manifest = write(manifestWith());
  const verified = { tier: "restore", at: "2026-11-27T00:00:00.000Z" } as const;
  amendManifest(folder, manifest.id, { verified });
  amendManifest(folder, manifest.id, { uploaded: [{ where: "https://x/y", at: verified.at }] });
  expect(readBackup(folder, manifest.id)).toEqual({
    ...manifest,
    verified,
    uploaded: [{ where: "https://x/y", at: verified.at }],
  });
});

test("a manifest that no reader would take is never written", () => {
  const manifest = manifestWith({ items: [] });
  mkdirSync(join(folder, manifest.id));
  expect(() => writeManifest(folderOf(folder, manifest), manifest)).toThrow();
  expect(listBackups(folder)).toEqual({ backups: [], unreadable: [] });
});

test("a manifest in which two items have one file, or one has the manifest's, is refused", () => {
  const manifest = manifestWith();
  const [item] = manifest.items;
  const text = (items: unknown) => JSON.stringify({ ...manifest, items });
  expect(parseManifest(manifest.id, text([item]))).toEqual(manifest);
  for (const items of [[item, item], [{ ...item, file: manifestFile }]])
    expect(parseManifest(manifest.id, text(items))).toMatchObject({
      id: manifest.id,
      why: expect.stringContaining("two items have one file"),
    });
});
