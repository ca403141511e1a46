import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Glob } from "bun";
import { succeed } from "../../../../sdk/core/process/index.ts";

const root = resolve(import.meta.dir, "../../../..");

test("no file imports a package of Azure before it is used: types and lazy imports alone", async () => {
  const eager: string[] = [];
  let lazy = 0;
  for await (const path of new Glob("{sdk,scripts,checks,config}/**/*.ts").scan({ cwd: root })) {
    const source = readFileSync(join(root, path), "utf8");
    if (/^(?:import|export)\s+(?!type\b)[^;]*?from\s+"@azure\//m.test(source)) eager.push(path);
    if (/await import\("@azure\//.test(source)) lazy += 1;
  }
  expect(eager).toEqual([]);
  expect(lazy).toBeGreaterThan(0);
});

test("who imports the system has loaded none of Azure's modules; who opens a remote has", async () => {
  const code = `
    const { openRemote } = await import("./sdk/systems/azure/index.ts");
    const azure = () => Object.keys(require.cache).filter((name) => name.includes("/@azure/")).length;
    const before = azure();
    const auth = { method: "sas-variable", variable: "SAS" };
    const remote = { endpoint: "https://acme.blob.core.windows.net", container: "backups", auth, deadline: 1000 };
    const configuration = { project: "p", path: (path) => path, backups: { remote } };
    await openRemote(configuration, { redactor: { add() {} }, environment: { SAS: "sv=1&sig=2" } });
    console.log(JSON.stringify([before, azure() > 10]));
  `;
  const said = await succeed([process.execPath, "--no-env-file", "-e", code], {
    deadlineMs: 60_000,
    cwd: root,
  });
  expect(JSON.parse(said)).toEqual([0, true]);
});
