import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync } from "node:fs";
import { postDeploymentChecks, preDeploymentChecks } from "../../../checks/index.ts";
import { loadConfiguration } from "../../../sdk/core/config/index.ts";
import { runChecks } from "../../../sdk/core/finding/index.ts";
import { openStack } from "../../support/stack.ts";
import { nginxImage } from "./fixture.ts";

setDefaultTimeout(300_000);
beforeAll(nginxImage);

const before = [
  "docker-daemon",
  "compose-files:shared",
  "compose-files:blue",
  "compose-files:green",
  "env-files:blue",
  "env-files:green",
  "env-files:shared",
  "ports-free:green",
  "ports-free:front door",
  "proxy-config",
  "disk-space",
  "memory",
];

test("a site that was never started passes every look before its first deployment", async () => {
  await using stack = await openStack();
  const configuration = await loadConfiguration(stack.configFile);
  const findings = await runChecks(await preDeploymentChecks(configuration, "green"));
  expect(findings.map(({ id }) => id)).toEqual(before);
  const failed = findings.filter(({ status }) => status === "fail");
  expect(failed.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
});

test("the faults of a site are all found in one look, each with its remedy", async () => {
  await using stack = await openStack({
    resources: { disk: "900TB", memory: "900TB" },
    requiredVariables: ["DB_PASSWORD", "STRIPE_KEY"],
  });
  using taken = Bun.listen({
    port: stack.ports.green.backend,
    hostname: "127.0.0.1",
    socket: { data: () => undefined },
  });
  chmodSync(stack.prepared.envFiles.blue, 0o644);
  const configuration = await loadConfiguration(stack.configFile);
  const findings = await runChecks(await preDeploymentChecks(configuration, "green"));
  const status = Object.fromEntries(findings.map((finding) => [finding.id, finding.status]));
  expect(status).toMatchObject({
    "env-files:blue": "fail",
    "env-files:green": "fail",
    "env-files:shared": "pass",
    "ports-free:green": "fail",
    "disk-space": "fail",
    memory: "fail",
  });
  expect(findings.find(({ id }) => id === "ports-free:green")?.summary).toContain(`${taken.port}`);
  const blue = findings.find(({ id }) => id === "env-files:blue")?.summary;
  expect(blue).toContain("STRIPE_KEY is required and not set");
  expect(blue).toContain("mode 0644");
  const faults = findings.filter((finding) => finding.status === "fail" || finding.status === "warn");
  expect(faults.filter(({ remedy }) => remedy === undefined)).toEqual([]);
});

test("an environment that nobody started fails every look after its deployment", async () => {
  await using stack = await openStack();
  const configuration = await loadConfiguration(stack.configFile);
  const findings = await runChecks(await postDeploymentChecks(configuration, "green", "r1"));
  expect(findings.map(({ id, status }) => `${id} ${status}`)).toEqual([
    "containers-healthy:green fail",
    "release-answers:frontend fail",
    "release-answers:backend fail",
    "release-answers:ml fail",
  ]);
});
