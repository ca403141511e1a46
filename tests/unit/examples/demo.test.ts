import { expect, test } from "bun:test";
import { join } from "node:path";
import example from "../../../config/deployment.config.ts";
import { assertExample } from "../../../examples/cell-hub/demo/index.ts";
import { parseConfiguration } from "../../../sdk/core/config/index.ts";

const file = join(import.meta.dir, "../../../config/deployment.config.ts");

test("the demo takes the example, and refuses to deploy to, or remove, any other stack", () => {
  expect(() => assertExample(parseConfiguration(example, file))).not.toThrow();
  const { platform } = example;
  const others = [
    { ...example, root: "/srv/shop" },
    { ...example, platform: { ...platform, shared: { ...platform.shared, project: "shop" } } },
    { ...example, platform: { ...platform, shared: { ...platform.shared, files: ["docker-compose.yml"] } } },
  ];
  for (const other of others)
    expect(() => assertExample(parseConfiguration(other, file))).toThrow("is not the example's any more");
});
