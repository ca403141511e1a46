import { afterEach, beforeEach, expect, test } from "bun:test";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import {
  amendManifest,
  beginPartial,
  clearPartials,
  holdPartial,
  listBackups,
  newBackupId,
  removeBackup,
} from "../../../../sdk/core/manifest/index.ts";
import { asOwnerOnly } from "../../../support/as-another.ts";
import { manifestWith } from "../../../support/manifests.ts";
import { ownerAndMode } from "../../../support/owner-and-mode.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchover-partials-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const manifestRoom = resolve(import.meta.dir, "../../../../sdk/core/manifest/index.ts");
const fixture = join(import.meta.dir, "fixtures", "hold-partial.ts");

/** Another process that holds a partial folder until it is killed. */
async function heldElsewhere(id: string) {
  const argv = [process.execPath, "--no-env-file", fixture, folder, id];
  const child = Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  for await (const _ of child.stdout) break;
  return {
    path: join(folder, `${id}.partial`),
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

test("what another process is making is left alone and refused to others, until that one is gone, however", async () => {
  const id = newBackupId(new Date());
  const held = await heldElsewhere(id);
  try {
    writeFileSync(join(held.path, "part"), "");
    expect(clearPartials(folder)).toEqual([]);
    expect(readdirSync(held.path)).toContain("part");
    const refused = () => holdPartial(folder, id, "wants it too");
    expect(refused).toThrow(Failure);
    expect(refused).toThrow("doing: holds it");
  } finally {
    await held.kill();
  }
  expect(clearPartials(folder)).toEqual([`${id}.partial`]);
  expect(readdirSync(folder)).toEqual([]);
});

test("what was left of old is cleared away, and nothing of another name", () => {
  const id = newBackupId(new Date());
  for (const name of [`${id}.partial`, "notes.partial", id]) mkdirSync(join(folder, name));
  expect(clearPartials(folder)).toEqual([`${id}.partial`]);
  expect(readdirSync(folder).sort()).toEqual([id, "notes.partial"].sort());
  expect(clearPartials(join(folder, "nowhere"))).toEqual([]);
});

test("published, it is a backup with nothing of the lock in it; disposed of before that, it is gone", () => {
  const manifest = manifestWith();
  {
    using partial = beginPartial(folder, manifest.id, "makes it");
    partial.publish(manifest);
  }
  expect(listBackups(folder).backups).toEqual([manifest]);
  expect(readdirSync(join(folder, manifest.id))).toEqual(["manifest.json"]);
  {
    using partial = beginPartial(folder, newBackupId(new Date()), "makes it");
    expect(existsSync(partial.path)).toBe(true);
  }
  expect(readdirSync(folder)).toEqual([manifest.id]);
  removeBackup(folder, manifest.id);
  expect(readdirSync(folder)).toEqual([]);
});

test("what root makes is its own until it is whole, and then of the owner of the folder of backups", () => {
  chownSync(folder, 1234, 1235);
  const manifest = manifestWith();
  const place = join(folder, manifest.id);
  {
    using partial = beginPartial(folder, manifest.id, "makes it");
    writeFileSync(join(partial.path, "part"), "", { mode: 0o600 });
    expect(ownerAndMode(partial.path)).toBe("0:0 700");
    partial.publish(manifest);
  }
  expect(ownerAndMode(place)).toBe("1234:1235 700");
  for (const name of readdirSync(place)) expect(ownerAndMode(join(place, name))).toBe("1234:1235 600");
  amendManifest(folder, manifest.id, { pinned: true });
  expect(ownerAndMode(join(place, "manifest.json"))).toBe("1234:1235 600");
});

test("a folder of backups that root makes is of the owner of the folder above it", () => {
  chownSync(folder, 1234, 1235);
  const backups = join(folder, "data", "backups");
  holdPartial(backups, newBackupId(new Date()), "begins").release();
  expect(ownerAndMode(join(folder, "data"))).toBe("1234:1235 700");
  expect(ownerAndMode(backups)).toBe("1234:1235 700");
});

test("what another user was making when it was cut off is left, and in nobody's way", async () => {
  const id = newBackupId(new Date());
  const partial = holdPartial(folder, id, "begins");
  partial.release();
  chownSync(partial.path, 1234, 1234);
  const clear = `import { clearPartials } from ${JSON.stringify(manifestRoom)};
    if (clearPartials(${JSON.stringify(folder)}).length !== 0) process.exitCode = 1;`;
  const run = Bun.spawn([...asOwnerOnly, process.execPath, "--no-env-file", "-e", clear]);
  expect(await run.exited).toBe(0);
  expect(clearPartials(folder)).toEqual([`${id}.partial`]);
});

test("one that was let go is gone on with, with what is in it", () => {
  const id = newBackupId(new Date());
  const first = holdPartial(folder, id, "begins");
  writeFileSync(join(first.path, "part"), "");
  first.release();
  const second = holdPartial(folder, id, "goes on");
  expect(readdirSync(second.path)).toContain("part");
  second.release();
});

test("no file in a folder is open any more when the folder goes, as a network file system wants it", async () => {
  const preload = resolve(import.meta.dir, "../../../support/preload/closed-before-removal.ts");
  const remove = join(import.meta.dir, "fixtures", "remove-partials.ts");
  const argv = [process.execPath, "--no-env-file", "--preload", preload, remove, folder];
  expect(await Bun.spawn(argv).exited).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});
