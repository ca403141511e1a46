import { expect, test } from "bun:test";
import { judgeUsage } from "../../../checks/container-resources/judge.ts";

const limits = { memory: 90, cpu: undefined, growth: undefined };
const usage = { id: "a", cpuPercent: 1, memory: 10, memoryLimit: 100 };

test("a container that runs at every look passes, and one that begins to be counted late", () => {
  expect(judgeUsage("web", [usage, usage], limits).faults).toEqual([]);
  expect(judgeUsage("web", [undefined, usage], limits).faults).toEqual([]);
});

test("a container that stopped while it was watched fails, though it kept within its limits before", () => {
  expect(judgeUsage("web", [usage, usage, undefined], limits).faults).toEqual([
    "web stopped while it was watched",
  ]);
});
