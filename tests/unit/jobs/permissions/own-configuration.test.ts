import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { loadConfiguration } from "../../../../sdk/core/config/index.ts";
import { policyOf } from "../../../../sdk/jobs/permissions/policy/policy.ts";

test("the configuration that comes with the project gives a policy, and none of its rules is refused", async () => {
  const file = resolve(import.meta.dir, "../../../../examples/cell-hub/deployment.config.ts");
  const configuration = await loadConfiguration(file);
  const { permissions } = configuration;
  if (permissions === undefined) throw new Error("the example's configuration names no permissions");
  const { rules, application } = policyOf(configuration, permissions, { uid: 1001, gid: 1001 }, []);
  expect(application).toEqual({ uid: 1001, gid: 1001 });
  expect(rules.length).toBeGreaterThan(0);
});
