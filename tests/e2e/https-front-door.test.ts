import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentOf, errorOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { composeOverride } from "../support/health.ts";
import { ownEdge } from "../support/own-edge.ts";
import { privateAuthority } from "../support/private-authority.ts";
import { startScript } from "../support/script.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { configurationOf } from "../support/variant.ts";

const authority = privateAuthority();
let stack: Stack;

/** A stack whose proxy serves HTTPS only, with a certificate that this host trusts by its configuration alone. */
beforeAll(async () => {
  stack = await openStack({ drain: { timeout: "300ms" } });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  const folder = ownEdge(stack);
  const at = (name: string) => join(folder, name);
  const [certificate, key, ca] = [at("site.pem"), at("site.key"), at("authority.pem")];
  writeFileSync(certificate, authority.site.certificate);
  writeFileSync(key, authority.site.key, { mode: 0o600 });
  copyFileSync(authority.file, ca);
  const server = at("server.conf");
  const files = "ssl_certificate /etc/cell-hub/site.pem; ssl_certificate_key /etc/cell-hub/site.key;";
  const secured = readFileSync(server, "utf8").replace(
    "listen 80 default_server;",
    `${files} listen 80 default_server ssl;`,
  );
  writeFileSync(server, secured);
  const { platform } = configurationOf(stack);
  const frontDoor = stack.frontDoor.replace("http:", "https:");
  // The example's own look at its proxy's health asks by plain HTTP.
  const override = composeOverride(stack, { edge: { healthcheck: { disable: true } } });
  const shared = { ...platform.shared, files: [...platform.shared.files, override] };
  stack.writeConfiguration({
    platform: { ...platform, shared, proxy: { ...platform.proxy, frontDoor } },
    tls: { certificate, key, ca },
  });
}, 180_000);

afterAll(async () => {
  authority[Symbol.dispose]();
  await stack?.[Symbol.asyncDispose]();
}, 60_000);

const script = (name: string, flags: readonly string[]) =>
  startScript(name, ["--config", stack.configFile, ...flags, "--json"]).ended;

test("deployments, a quick rollback, the checks after it and the status prove themselves through it", async () => {
  for (const flags of [
    ...["r1", "r2"].map((release) => ["--release", release, "--skip-backup"]),
    ["--quick-rollback"],
  ])
    expect(documentOf(await stack.deploy([...flags, "--json"]))).toMatchObject({
      exitCode: 0,
    });
  const verified = documentOf(await script("post-deployment-verify", ["green"]));
  expect(verified).toMatchObject({ exitCode: 0 });
  expect(JSON.stringify(verified.result)).toContain('"release-answers:backend at the front door"');
  expect(documentOf(await script("status", []))).toMatchObject({ exitCode: 0, result: { active: "green" } });
}, 240_000);

test("a deployment through an authority that nobody has named is refused before anything changes", async () => {
  const { tls } = configurationOf(stack);
  if (tls === undefined) throw new Error("the stack was given a certificate");
  const { ca: _unnamed, ...unnamed } = tls;
  stack.writeConfiguration({ platform: configurationOf(stack).platform, tls: unnamed });
  const { code, why, remedy } = errorOf(await stack.deploy(["--release", "r3", "--json"]));
  expect({ code, why, remedy }).toEqual({
    code: "PROXY_DOWN",
    why: expect.stringContaining("certificate"),
    remedy: expect.stringContaining("tls.ca"),
  });
}, 60_000);
