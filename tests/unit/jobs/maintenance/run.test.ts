import { expect, test } from "bun:test";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { defineConfig, parseConfiguration } from "../../../../sdk/core/config/index.ts";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import type { MaintenanceDesk } from "../../../../sdk/jobs/maintenance/desk.ts";
import { runTasks } from "../../../../sdk/jobs/maintenance/run.ts";
import { done, type Task } from "../../../../sdk/jobs/maintenance/task.ts";

const desk: MaintenanceDesk = {
  configuration: parseConfiguration(defineConfig(example), "/srv/hub/config/deployment.config.ts"),
  dryRun: false,
  now: new Date(),
  until: undefined,
  signal: new AbortController().signal,
  kept: () => ({ releases: [], pinned: [], inService: [], unfinished: undefined }),
  checks: { certificate: [], freshness: [] },
  warn: () => {},
  tool: () => {},
};
const silent = { begin: () => {}, end: () => {} };

function taking(ms: number, end: () => ReturnType<typeof done>): Task {
  return {
    name: "task",
    title: "a task",
    async run() {
      await Bun.sleep(ms);
      return end();
    },
  };
}

test("a task's time is told, whether it was done or failed, and one that failed costs the others nothing", async () => {
  const fails = taking(160, () => {
    throw new Failure("DATABASE_LOCKED", { message: "held", remedy: "wait" });
  });
  const [first, second] = await runTasks([fails, taking(160, () => done("well"))], desk, silent);
  expect(first).toMatchObject({ outcome: "failed", code: "DATABASE_LOCKED", summary: "held" });
  expect(second).toMatchObject({ outcome: "done", summary: "well" });
  for (const report of [first, second]) expect(report?.seconds).toBeGreaterThanOrEqual(0.1);
});
