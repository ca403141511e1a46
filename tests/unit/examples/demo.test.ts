import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { assertExample, configFlags, demoConfiguration } from "../../../examples/cell-hub/demo/index.ts";
import example from "../../../examples/cell-hub/deployment.config.ts";
import { parseConfiguration } from "../../../sdk/core/config/index.ts";

const file = join(import.meta.dir, "../../../examples/cell-hub/deployment.config.ts");

test("its paths start from the same folder, whichever configuration leads to it", () => {
  for (const from of [file, "/srv/switchover/config/deployment.config.ts"])
    expect(parseConfiguration(example, from).path("deployment.config.ts")).toBe(file);
});

test("what the demo remembers, and forgets with --down, is its own: not that of a stack whose root is this checkout", () => {
  const checkout = resolve(import.meta.dir, "../../..");
  const { state, path, backups } = parseConfiguration(example, file);
  expect(state()).toBe(join(checkout, "examples/cell-hub/.switchover"));
  expect(path(backups.directory)).toBe(join(checkout, "backups"));
});

test("the demo needs no --config until a configuration of another stack took the place of the project's own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "switchover-demo-"));
  const own = join(folder, "own.ts");
  writeFileSync(own, `export { default } from ${JSON.stringify(file)};\n`);
  const other = join(folder, "other.ts");
  writeFileSync(other, "export default { project: 'shop' };\n");
  const taken = await Promise.all([own, other, join(folder, "none.ts")].map(demoConfiguration));
  rmSync(folder, { recursive: true });
  expect(taken.map((configuration) => configuration.file)).toEqual([own, file, file]);
  expect(taken.map(configFlags)).toEqual([
    [],
    ["--config", "examples/cell-hub/deployment.config.ts"],
    ["--config", "examples/cell-hub/deployment.config.ts"],
  ]);
});

test("the demo takes the example, and refuses to deploy to, or remove, any other stack", () => {
  expect(() => assertExample(parseConfiguration(example, file))).not.toThrow();
  const { platform } = example;
  const others = [
    { ...example, root: "/srv/shop" },
    { ...example, platform: { ...platform, shared: { ...platform.shared, project: "shop" } } },
    {
      ...example,
      platform: { ...platform, shared: { ...platform.shared, files: ["/srv/shop/compose.yml"] } },
    },
  ];
  for (const other of others)
    expect(() => assertExample(parseConfiguration(other, file))).toThrow("is not the example's any more");
});
