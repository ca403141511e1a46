import { expect, test } from "bun:test";
import { assertApplies } from "../../../../sdk/jobs/schedule/index.ts";

test("a dry run of what has none is refused, and not run", () => {
  expect(() => assertApplies("run", { dryRun: true }, "backup")).toThrow("--dry-run means nothing to run");
  expect(() => assertApplies("remove", { as: "cron" }, undefined)).toThrow("--as means nothing to remove");
  expect(() => assertApplies("install", { as: "cron", dryRun: true }, undefined)).not.toThrow();
  expect(() => assertApplies("run", {}, "backup")).not.toThrow();
});

test("an action about every job takes the name of none", () => {
  expect(() => assertApplies("remove", {}, "backup")).toThrow(
    'remove is about every job, and not "backup" alone',
  );
});
