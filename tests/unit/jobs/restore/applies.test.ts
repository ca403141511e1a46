import { expect, test } from "bun:test";
import { assertApplies, idOf } from "../../../../sdk/jobs/restore/index.ts";

const id = "20261126-105813-7f3a";

test("what would change nothing is refused, with what to do instead", () => {
  expect(() => assertApplies("list", {}, id)).toThrow(`list shows every backup, and not "${id}" alone`);
  expect(() => assertApplies("show", { inPlace: true }, id)).toThrow("--in-place means nothing to show");
  expect(() => assertApplies("swap-back", { from: "blob" }, undefined)).toThrow(
    "--from means nothing to swap-back",
  );
});

test("what goes with an action passes", () => {
  assertApplies("list", { from: "blob" }, undefined);
  assertApplies("restore", { inPlace: true, from: "blob", quiet: true }, id);
  assertApplies("swap-back", {}, "cell_hub");
  expect(idOf(id)).toBe(id);
});

test("a backup that must be named is asked for", () => {
  expect(() => idOf(undefined)).toThrow("the id of a backup is missing");
});
