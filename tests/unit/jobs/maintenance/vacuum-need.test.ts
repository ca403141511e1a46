import { expect, test } from "bun:test";
import { needOf } from "../../../../sdk/jobs/maintenance/tasks/vacuum.ts";

const MiB = 1024 * 1024;

test.each([
  ["a table that is well", { live: 100_000, dead: 50, changed: 100, bytes: 10 * MiB }, undefined],
  ["an empty one", { live: 0, dead: 0, changed: 0, bytes: 0 }, undefined],
  ["a small one, however bloated", { live: 10, dead: 900, changed: 900, bytes: MiB }, undefined],
  ["one with a tenth of dead rows", { live: 9_000, dead: 1_000, changed: 0, bytes: MiB }, "vacuum"],
  ["one just below that", { live: 9_001, dead: 999, changed: 0, bytes: MiB }, undefined],
  [
    "a large one with many bytes of them",
    { live: 9_500_000, dead: 500_000, changed: 0, bytes: 8_000 * MiB },
    "vacuum",
  ],
  ["one whose rows have changed much", { live: 20_000, dead: 0, changed: 2_000, bytes: MiB }, "analyze"],
  ["one of dead rows alone", { live: 0, dead: 5_000, changed: 5_000, bytes: MiB }, "vacuum"],
] as const)("%s is seen for what it is", (_, statistics, need) => {
  expect(needOf(statistics)).toBe(need);
});
