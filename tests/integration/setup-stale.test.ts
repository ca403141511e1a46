import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { livingProcess, recordsIn, removeStale } from "../../sdk/jobs/setup/stale.ts";
import { untilPasses } from "../support/until.ts";

let runDir: string;
let records: ReturnType<typeof recordsIn>;

beforeEach(() => {
  runDir = mkdtempSync("/var/tmp/switchover-test-");
  mkdirSync(path.join(runDir, "docker/containerd"), { recursive: true });
  records = recordsIn(runDir);
});

afterEach(() => rmSync(runDir, { recursive: true, force: true }));

/** A process that goes by the name of dockerd. */
function namedDockerd() {
  const program = path.join(runDir, "dockerd");
  symlinkSync(Bun.which("sleep") ?? "sleep", program);
  return Bun.spawn([program, "60"]);
}

test.each([
  ["a number that no process has", "4194304"],
  ["a number that another program has by now", String(process.pid)],
  ["no number at all", "dockerd"],
  ["nothing", ""],
])("a pid file with %s is removed", async (_, text) => {
  writeFileSync(records.dockerd.pidFile, text);
  writeFileSync(records.containerd.pidFile, text);
  expect(await removeStale(Object.values(records))).toEqual([
    records.dockerd.pidFile,
    records.containerd.pidFile,
  ]);
  expect(existsSync(records.dockerd.pidFile)).toBe(false);
});

test("the pid file of a daemon that runs is left alone", async () => {
  const child = namedDockerd();
  writeFileSync(records.dockerd.pidFile, String(child.pid));
  try {
    // What was started goes by its name once it has become that program.
    await untilPasses(async () => expect(await livingProcess(records.dockerd)).toBe(child.pid));
    expect(await removeStale(Object.values(records))).toEqual([]);
    expect(await livingProcess(records.dockerd)).toBe(child.pid);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
  expect(await livingProcess(records.dockerd)).toBeUndefined();
});

test("where there are no pid files there is nothing to remove", async () => {
  expect(await removeStale(Object.values(records))).toEqual([]);
});
