import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../../../../sdk/core/journal/index.ts";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { pruneKept } from "../../../../sdk/jobs/restore/index.ts";
import { assertReplaceable } from "../../../../sdk/jobs/restore/items/path-refusals.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";

const deadlineMs = 20_000;
const oldest = "uploads.old_20260101_000000";
const newest = "uploads.old_20260102_000000";

let project: BackupProject;
const at = (...names: string[]) => join(project.root, ...names);

beforeEach(() => {
  project = openBackupProject(undefined, { directories: ["uploads"] });
});
afterEach(() => project[Symbol.dispose]());

/** Two folders that restores replaced in the place of `uploads`, as their journal says. */
function replaceTwice(): void {
  using journal = openJournal<object>(project.configuration.state("restores", "ended.jsonl"));
  for (const name of [oldest, newest]) {
    mkdirSync(at(name, "disk"), { recursive: true });
    writeFileSync(at(name, "file"), "whole");
    journal.append({ kind: "swap", target: at("uploads"), fresh: at("fresh"), kept: at(name) });
  }
  journal.append({ kind: "ended" });
}

/** Why the oldest stays; undefined when it is gone. */
async function whyItStays(): Promise<string | undefined> {
  const { configuration } = project;
  const now = new Date("2026-06-01T00:00:00Z");
  const { signal } = new AbortController();
  const verdicts = await pruneKept({ configuration, now, signal, dryRun: false });
  const verdict = verdicts.find((one) => one.at === at(oldest));
  return verdict?.keep ? verdict.reasons.join() : undefined;
}

for (const [kind, flags] of [
  ["a disk", ["-t", "tmpfs", "-o", "size=1m", "tmpfs"]],
  ["a folder from elsewhere", ["--bind", "elsewhere"]],
] as const) {
  test(`${kind} that is mounted below what was replaced is not emptied, and none is taken away by a swap`, async () => {
    replaceTwice();
    mkdirSync(at("elsewhere"));
    const argv = ["mount", ...flags, join(oldest, "disk")];
    await succeed(argv, { deadlineMs, cwd: project.root });
    try {
      writeFileSync(at(oldest, "disk", "file"), "serves");
      expect(await whyItStays()).toBe(`something is mounted at ${at(oldest, "disk")}`);
      expect(readFileSync(at(oldest, "disk", "file"), "utf8")).toBe("serves");
      expect(() => assertReplaceable(at(oldest))).toThrow("cannot be replaced");
      expect(() => assertReplaceable(at(oldest, "disk"))).toThrow("cannot be replaced");
      expect(() => assertReplaceable(at(newest))).not.toThrow();
    } finally {
      await succeed(["umount", "--lazy", at(oldest, "disk")], { deadlineMs });
    }
    expect(await whyItStays()).toBeUndefined();
  });
}

test("what a link in the place of the target leads to stays", async () => {
  replaceTwice();
  symlinkSync(oldest, at("uploads"));
  expect(await whyItStays()).toBe(`${at("uploads")} leads to it`);
  expect(readFileSync(at("uploads", "file"), "utf8")).toBe("whole");
});

test("what the configuration names itself stays, and so does what a folder of it lies in", async () => {
  for (const named of [oldest, join(oldest, "disk")]) {
    project[Symbol.dispose]();
    project = openBackupProject(undefined, { directories: ["uploads", named] });
    replaceTwice();
    expect(await whyItStays()).toBe(`${at(named)} leads to it`);
  }
});
