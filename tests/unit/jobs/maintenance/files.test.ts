import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { parseConfiguration } from "../../../../sdk/core/config/index.ts";
import { pruneJournals } from "../../../../sdk/jobs/maintenance/tasks/journals.ts";
import { pruneLogs } from "../../../../sdk/jobs/maintenance/tasks/logs.ts";
import { maintenanceDesk } from "../../../support/maintenance-desk.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "switchover-maintenance-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const now = new Date("2026-11-26T12:00:00Z");
const old = new Date("2026-10-01T00:00:00Z");
const configured = (maintenance = {}) =>
  parseConfiguration({ ...example, root, maintenance }, join(root, "config/deployment.config.ts"));

test("logs over thirty days go: our own, by their names, and none that is still written to", async () => {
  const folder = join(root, "logs/deployment");
  mkdirSync(folder, { recursive: true });
  const put = (name: string, changed: Date) => {
    writeFileSync(join(folder, name), "x");
    utimesSync(join(folder, name), changed, changed);
  };
  const gone = [
    "backup-20261001-020000.log",
    "deployment-20261001-020000-2.log",
    "maintenance-20261027-115959.log",
    "post-deployment-verify-green-20260101-000000.log",
  ];
  const stays = [
    "backup-20261027-120001.log",
    "backup-20261001-020000.log.gz",
    "backup.log",
    "someone-20261001-020000.log",
    "restore-20261001-030000.log",
  ];
  for (const name of [...gone, ...stays]) put(name, old);
  // Begun long ago, and written to yesterday.
  put("restore-20261001-030000.log", new Date("2026-11-25T12:00:00Z"));
  symlinkSync("/etc/passwd", join(folder, "backup-20260101-000000.log"));
  mkdirSync(join(folder, "deployment-20261001-020000.diagnosis"));
  utimesSync(join(folder, "deployment-20261001-020000.diagnosis"), old, old);
  const before = readdirSync(folder).sort();

  const dry = await pruneLogs.run(maintenanceDesk(configured(), { now, dryRun: true }));
  expect(dry).toMatchObject({ summary: "5 logs over 30 days would be removed" });
  expect(readdirSync(folder).sort()).toEqual(before);
  await pruneLogs.run(maintenanceDesk(configured(), { now }));
  expect(readdirSync(folder).sort()).toEqual([...stays, "backup-20260101-000000.log"].sort());
  expect(existsSync("/etc/passwd")).toBe(true);
});

test("a project without logs or journals has none to remove", async () => {
  expect(await pruneLogs.run(maintenanceDesk(configured(), { now }))).toMatchObject({
    summary: "0 logs over 30 days removed",
  });
  expect(await pruneJournals.run(maintenanceDesk(configured()))).toMatchObject({
    summary: "0 journals of 0 removed",
  });
});

test("the newest journals stay, and so does that of a run that was cut off", async () => {
  const folder = join(root, ".switchover/journals");
  mkdirSync(folder, { recursive: true });
  const runs = ["20261101-020000-001", "20261102-020000-001", "20261103-020000-001", "20261103-020000-002"];
  for (const run of runs) writeFileSync(join(folder, `${run}.jsonl`), "");
  writeFileSync(join(folder, "notes.txt"), "");
  mkdirSync(join(root, ".switchover/diagnoses/20261101-020000-001"), { recursive: true });
  const kept = { releases: [], pinned: [], inService: [], unfinished: "20261102-020000-001" };
  await pruneJournals.run(maintenanceDesk(configured({ journals: 2 }), { kept }));
  expect(readdirSync(folder).sort()).toEqual([...runs.slice(1).map((run) => `${run}.jsonl`), "notes.txt"]);
  expect(existsSync(join(root, ".switchover/diagnoses/20261101-020000-001"))).toBe(false);
});
