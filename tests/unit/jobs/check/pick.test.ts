import { expect, test } from "bun:test";
import { Command, onlyOption } from "../../../../sdk/core/cli/index.ts";
import { picked } from "../../../../sdk/jobs/check/index.ts";

const checks = ["memory", "env-files:blue", "env-files:green", "env"].map((id) => ({ id }));
const pick = (only: string[], skip: string[]) => picked(checks, { only, skip }).map(({ id }) => id);

test("all are made unless told; a name means all looks of a check, a whole id one", () => {
  expect(pick([], [])).toEqual(["memory", "env-files:blue", "env-files:green", "env"]);
  expect(pick(["env-files"], [])).toEqual(["env-files:blue", "env-files:green"]);
  expect(pick(["env-files:blue", "memory"], [])).toEqual(["memory", "env-files:blue"]);
  expect(pick([], ["env-files"])).toEqual(["memory", "env"]);
  expect(pick(["env-files"], ["env-files:blue"])).toEqual(["env-files:green"]);
});

test("a name that there is not is refused, with the one that was meant; so is a choice that leaves nothing", () => {
  expect(() => pick(["memroy"], [])).toThrow('there is no check "memroy" here');
  expect(() => pick([], ["env-file"])).toThrow(
    expect.objectContaining({ remedy: "did you mean env-files?" }),
  );
  expect(() => pick(["env"], ["env"])).toThrow("no check is left");
});

test("an option that names no check is refused, rather than taken for all", () => {
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .addOption(onlyOption());
  expect(() => command.parse(["--only", " ,"], { from: "user" })).toThrow("names no check");
});
