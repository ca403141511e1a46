import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../../../sdk/core/process/index.ts";
import { close, openDirectory, shownPath, type Walk, walk } from "../../../sdk/systems/tree/index.ts";
import { deepFolders } from "../../support/deep-folders.ts";
import { documentOf } from "../../support/document.ts";
import { permissionsProject } from "../../support/permissions-project.ts";

const removed: string[] = [];
afterEach(async () => {
  for (const folder of removed.splice(0)) await succeed(["rm", "-rf", folder], { deadlineMs: 60_000 });
});

/** A folder that is removed by rm, which goes deeper than a path is long. */
function ownFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "switchover-walk-")));
  removed.push(folder);
  return folder;
}

test("a tree deeper than paths may be long is changed with few open files, and put back", async () => {
  const root = ownFolder();
  const project = permissionsProject({ root });
  deepFolders(project.path("uploads"), 1_500);
  const few = ["prlimit", "--nofile=80:80"];
  const ended = await project.through(few, "--json").ended;
  expect(ended.exitCode).toBe(0);
  expect(documentOf(ended).result).toMatchObject({ left: {} });
  const changed = (documentOf(ended).result as { rules: { rule: string; changed: number }[] }).rules.find(
    ({ rule }) => rule === "uploads",
  )?.changed;
  expect(changed).toBe(1_501);
  const [run = ""] = project.runs();
  const undone = await project.through(few, "--undo", run, "--json").ended;
  expect(documentOf(undone).result).toMatchObject({
    restored: expect.any(Number),
    leftAlone: { count: 0 },
    gone: 0,
  });
});

/** How many files and folders below a folder this process has open. */
function openBelow(top: string): number {
  const paths = readdirSync("/proc/self/fd").map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return "";
    }
  });
  return paths.filter((path) => path.startsWith(top)).length;
}

/** Everything that a walk meets, and what it says beside. */
function walked(top: string, changes: Partial<Walk<true>> = {}) {
  const [met, mounts, troubles]: [string[], string[], string[]] = [[], [], []];
  const open = new Set<number>();
  let mostOpen = 0;
  const course: Walk<true> = {
    openFolders: 3,
    concerns: () => true,
    meet: ({ name, attributes, descriptor }) => {
      open.add(descriptor);
      mostOpen = Math.max(mostOpen, open.size);
      met.push(shownPath(name.bytes()));
      return attributes.kind === "directory" ? true : undefined;
    },
    mount: (path) => void mounts.push(shownPath(path)),
    trouble: (path, why) => void troubles.push(`${shownPath(path)} ${why}`),
    letGo(descriptor) {
      open.delete(descriptor);
      close(descriptor);
    },
    ...changes,
  };
  const path = Buffer.from(top);
  for (const _ of walk({ descriptor: openDirectory(path), path, scope: true }, course));
  return {
    met: met.sort(),
    mounts,
    troubles,
    mostOpen,
    leaked: openBelow(top),
  };
}

test("every name is met once, however wide and deep, and no folder stays open", () => {
  const top = ownFolder();
  const expected: string[] = [];
  for (let branch = 0; branch < 5; branch += 1) {
    let folder = top;
    for (let level = 0; level < 12; level += 1) {
      folder = join(folder, `${branch}-${level}`);
      mkdirSync(folder);
      writeFileSync(join(folder, `file-${branch}-${level}`), "");
      mkdirSync(join(folder, `side-${branch}-${level}`));
      expected.push(`${branch}-${level}`, `file-${branch}-${level}`, `side-${branch}-${level}`);
    }
  }
  const { met, troubles, mostOpen, leaked } = walked(top);
  expect(met).toEqual(expected.sort());
  expect(troubles).toEqual([]);
  expect(mostOpen).toBeLessThanOrEqual(5);
  expect(leaked).toBe(0);
});

test("a folder that is removed while it is read is gone, and no trouble", () => {
  const top = ownFolder();
  mkdirSync(join(top, "folder"));
  // More names than one answer of the kernel holds.
  for (let index = 0; index < 4_000; index += 1)
    writeFileSync(join(top, "folder", `${index}`.padEnd(120, "-")), "");
  let met = 0;
  const { troubles } = walked(top, {
    meet: ({ attributes }) => {
      met += 1;
      if (met === 100) Bun.spawnSync(["rm", "-r", join(top, "folder")]);
      return attributes.kind === "directory" ? true : undefined;
    },
  });
  expect(met).toBeGreaterThanOrEqual(100);
  expect(troubles).toEqual([]);
});

test("mounts are told apart where the kernel's statx does not tell them", async () => {
  const top = ownFolder();
  for (const name of ["plain", "bound"]) mkdirSync(join(top, name));
  writeFileSync(join(top, "plain/inside"), "");
  await succeed(["mount", "--bind", join(top, "plain"), join(top, "bound")], { deadlineMs: 20_000 });
  try {
    const { met, mounts } = walked(top, { byMountNumber: true });
    expect(met).toEqual(["inside", "plain"]);
    expect(mounts).toEqual([join(top, "bound")]);
  } finally {
    await succeed(["umount", join(top, "bound")], { deadlineMs: 20_000 });
  }
});

test("a folder that is swapped for a link under the walk is not followed", async () => {
  const top = ownFolder();
  mkdirSync(join(top, "folder"));
  const outside = ownFolder();
  writeFileSync(join(outside, "secret"), "");
  const { met, troubles } = walked(top, {
    meet: ({ name }) => {
      Bun.spawnSync(["rm", "-r", join(top, "folder")]);
      Bun.spawnSync(["ln", "-s", outside, join(top, "folder")]);
      return shownPath(name.bytes()) === "folder" ? true : undefined;
    },
  });
  expect(met).toEqual([]);
  expect(troubles).toHaveLength(1);
  expect(troubles[0]).toMatch(/folder ENOTDIR|folder ELOOP/);
});
