import { expect, test } from "bun:test";
import {
  appendFileSync,
  chownSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { documentOf, errorOf } from "../support/document.ts";
import { ownerAndMode } from "../support/owner-and-mode.ts";
import { application, type PermissionsProject, permissionsProject } from "../support/permissions-project.ts";
import { mountSmallDisk } from "../support/small-disk.ts";

const owned = `${application}:${application} 644`;

/** Enough for several batches, so that there is a middle to be killed in. */
function manyFiles(project: PermissionsProject, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    project.file("uploads", `folder-${index % 50}`, `a-name-that-fills-the-record-sooner-${index}`),
  );
}

/** Waits until the first batch is written down, and is being carried out. */
async function untilWrittenDown(project: PermissionsProject): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const [run] = existsSync(project.path(".switchover/permissions")) ? project.runs() : [];
    const path = project.path(".switchover/permissions", run ?? "none", "changes");
    if (existsSync(path) && statSync(path).size > 0) return;
    if (Date.now() > deadline) throw new Error("no batch was written down within a minute");
    await Bun.sleep(1);
  }
}

test("a run that is killed half way is put back by --undo, and a second --undo changes nothing", async () => {
  using project = permissionsProject();
  const files = manyFiles(project, 20_000);
  const started = project.start();
  await untilWrittenDown(project);
  started.child.kill("SIGKILL");
  await started.ended;
  const changed = files.filter((path) => ownerAndMode(path) === owned);
  expect(changed.length).toBeLessThan(files.length);

  const [run = ""] = project.runs();
  const undone = await project.run("--undo", run, "--json");
  expect(undone.exitCode).toBe(0);
  expect(documentOf(undone).result).toMatchObject({ restored: expect.any(Number), leftAlone: { count: 0 } });
  expect(files.filter((path) => ownerAndMode(path) !== "0:0 644")).toEqual([]);
  const again = documentOf(await project.run("--undo", run, "--json")).result;
  expect(again).toMatchObject({ restored: 0 });
});

test("Ctrl-C stops between two batches, says what was changed, and how to put it back", async () => {
  using project = permissionsProject();
  const files = manyFiles(project, 24_000);
  const started = project.start("--json");
  await untilWrittenDown(project);
  started.child.kill("SIGINT");
  const ended = await started.ended;
  // A machine that is quick enough is done before the signal comes.
  expect([0, 130]).toContain(ended.exitCode ?? -1);
  const changed = files.filter((path) => ownerAndMode(path) === owned).length;
  if (ended.exitCode === 130) {
    expect(changed).toBeLessThan(files.length);
    expect(errorOf(ended)).toMatchObject({ code: "INTERRUPTED", remedy: expect.stringContaining("--undo") });
  }
  const [run = ""] = project.runs();
  expect((await project.run("--undo", run)).exitCode).toBe(0);
  expect(files.filter((path) => ownerAndMode(path) !== "0:0 644")).toEqual([]);
});

test("what a newer run or a person has changed since is left alone, and said", async () => {
  using project = permissionsProject();
  const [ours, theirs] = [project.file("uploads/ours"), project.file("uploads/theirs")];
  await project.fix();
  chownSync(theirs, 7, 7);
  const [run = ""] = project.runs();
  const undone = await project.run("--undo", run, "--json");
  expect(documentOf(undone).result).toMatchObject({ leftAlone: { count: 1, paths: ["uploads/theirs"] } });
  expect(ownerAndMode(ours)).toBe("0:0 644");
  expect(ownerAndMode(theirs)).toBe("7:7 644");
});

async function damagedBy(damage: (changes: string, summary: string) => void) {
  using project = permissionsProject();
  const file = project.file("uploads/a");
  await project.fix();
  const [run = ""] = project.runs();
  const folder = project.path(".switchover/permissions", run);
  damage(join(folder, "changes"), join(folder, "summary.json"));
  const refused = await project.run("--undo", run, "--json");
  return { refused, owner: ownerAndMode(file) };
}

test.each<[string, (changes: string, summary: string) => void]>([
  [
    "a byte of its records is another",
    (changes) => {
      const bytes = readFileSync(changes);
      bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
      writeFileSync(changes, bytes);
    },
  ],
  ["it was cut short", (changes) => truncateSync(changes, statSync(changes).size - 8)],
  ["a whole block is missing", (changes) => truncateSync(changes, 0)],
  ["something else was written behind it", (changes) => appendFileSync(changes, Buffer.alloc(64, 1))],
  ["its summary is none", (_, summary) => writeFileSync(summary, "{")],
])("a record is refused, and nothing undone, when %s", async (_, damage) => {
  const { refused, owner } = await damagedBy(damage);
  expect(refused.exitCode).toBe(4);
  expect(errorOf(refused).code).toBe("RECORD_DAMAGED");
  expect(owner).toBe(owned);
});

test("a torn end is no damage, also where a file is called as if a block began with it", async () => {
  using project = permissionsProject();
  project.file("uploads/SWPBSWPBSWPBSWPB");
  await project.fix();
  const [run = ""] = project.runs();
  const folder = project.path(".switchover/permissions", run);
  rmSync(join(folder, "summary.json"));
  truncateSync(join(folder, "changes"), statSync(join(folder, "changes")).size - 8);
  const undone = await project.run("--undo", run, "--json");
  expect(undone.exitCode).toBe(0);
  expect(documentOf(undone).result).toMatchObject({ recorded: 0 });
});

test("a run that there is none of is refused", async () => {
  using project = permissionsProject();
  for (const run of ["20260101-000000-001", "../../uploads"]) {
    const refused = await project.run("--undo", run, "--json");
    expect(refused.exitCode).toBe(2);
    expect(errorOf(refused).code).toBe("RUN_UNKNOWN");
  }
});

test("on a full disk nothing is changed that is not written down", async () => {
  using project = permissionsProject();
  const files = manyFiles(project, 14_000);
  await using disk = await mountSmallDisk(project.path(".switchover"));
  const ended = await project.run("--json");
  expect(ended.exitCode).not.toBe(0);
  expect(errorOf(ended)).toMatchObject({ code: "STATE_NOT_WRITTEN", why: expect.stringContaining("ENOSPC") });
  disk.free();
  const changed = files.filter((path) => ownerAndMode(path) === owned);
  expect(changed.length).toBeLessThan(files.length);
  const [run] = existsSync(project.path(".switchover/permissions")) ? project.runs() : [];
  if (run !== undefined) expect((await project.run("--undo", run)).exitCode).toBe(0);
  expect(files.filter((path) => ownerAndMode(path) === owned)).toEqual([]);
});
