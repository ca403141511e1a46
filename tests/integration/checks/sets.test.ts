import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postDeploymentChecks, preDeploymentChecks } from "../../../checks/index.ts";
import { composeProjectOf, loadConfiguration } from "../../../sdk/core/config/index.ts";
import { runChecks } from "../../../sdk/core/finding/index.ts";
import { createShare, type Share, succeed } from "../../../sdk/core/process/index.ts";
import { platformFor } from "../../../sdk/platforms/index.ts";
import { composeArgv, docker, findCompose } from "../../../sdk/systems/docker/index.ts";
import { issueCertificate } from "../../support/certificates.ts";
import { keptData } from "../../support/kept-data.ts";
import { openStack } from "../../support/stack.ts";
import { untilPasses } from "../../support/until.ts";
import { configurationOf, variantOf } from "../../support/variant.ts";
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
  "proxy-reach",
  "disk-space",
  "memory",
  "processor-load",
  "clock-skew",
];

const ofData = [
  "postgres-ready",
  "pending-migrations",
  "redis-ready",
  "upload-folders",
  "model-weights",
  "backup-freshness",
];

test("a site that was never started passes every look before its first deployment", async () => {
  await using stack = await openStack();
  const configuration = await loadConfiguration(stack.configFile);
  const findings = await runChecks(await preDeploymentChecks(configuration, "green"));
  expect(findings.map(({ id }) => id)).toEqual(before);
  const failed = findings.filter(({ status }) => status === "fail");
  expect(failed.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
});

test("the checks ask Compose nothing that the plan has just asked, and see what was changed since", async () => {
  await using stack = await openStack();
  const configuration = await loadConfiguration(stack.configFile);
  const { share, asked } = counted();
  await (await platformFor(configuration, (text) => text)).assertUsable(share);
  expect(asked.times).toBe(3);
  const set = await preDeploymentChecks(configuration, "green");
  const ofCompose = set.filter(({ id }) => /^(compose-files|memory|proxy-reach)/.test(id));
  const statuses = async () =>
    Object.fromEntries((await runChecks(ofCompose, { share })).map(({ id, status }) => [id, status]));
  expect(await statuses()).toMatchObject({ "compose-files:blue": "pass", "compose-files:green": "pass" });
  expect(asked.times).toBe(3);
  writeFileSync(stack.prepared.envFiles.green, "");
  expect(await statuses()).toMatchObject({ "compose-files:blue": "pass", "compose-files:green": "fail" });
  expect(asked.times).toBe(4);
});

/** A share whose answers count for as long as a slow machine needs, and how often Compose was asked. */
function counted(): { share: Share; asked: { times: number } } {
  const asked = { times: 0 };
  const inner = createShare();
  const share: Share = (key, ask, signal, freshMs) => {
    const counting: typeof ask = (nobodyWaits) => {
      if (key.includes('"config"')) asked.times += 1;
      return ask(nobodyWaits);
    };
    return inner(key, counting, signal, freshMs === undefined ? undefined : 3_600_000);
  };
  return { share, asked };
}

test("what a site keeps is looked at as far as it is configured: skipped before it is made, then as it is", async () => {
  await using stack = await openStack();
  stack.writeConfiguration({ ...keptData(stack), schedule: { backup: "02:00" } });
  const configuration = await loadConfiguration(stack.configFile);
  const statusOf = async () => {
    const findings = await runChecks(await preDeploymentChecks(configuration, "green"));
    expect(findings.filter(({ summary }) => summary.includes("could not look"))).toEqual([]);
    return Object.fromEntries(findings.map(({ id, status }) => [id, status]));
  };
  const servers = ["postgres-ready", "pending-migrations", "redis-ready"];
  const first = await statusOf();
  expect(Object.keys(first)).toEqual([...before.slice(0, -1), ...ofData, "clock-skew"]);
  expect(servers.map((id) => first[id])).toEqual(["skip", "skip", "skip"]);
  expect(first).toMatchObject({
    "upload-folders": "pass",
    "model-weights": "pass",
    "backup-freshness": "warn",
  });

  const { project, ...on } = composeProjectOf(configuration, configuration.platform.shared);
  await succeed(composeArgv(findCompose(), { project, ...on }, ["up", "--detach", "postgres", "redis"]), {
    deadlineMs: 120_000,
  });
  await untilPasses(async () => {
    const running = await statusOf();
    expect(servers.map((id) => running[id])).toEqual(["pass", "pass", "pass"]);
  }, 60_000);

  await docker(["stop", "--time", "0", stack.container("shared", "postgres")], { deadlineMs: 60_000 });
  const stopped = await statusOf();
  expect(servers.map((id) => stopped[id])).toEqual(["fail", "fail", "pass"]);
});

test("a domain, a certificate and an HTTPS front door bring their checks", async () => {
  await using stack = await openStack();
  const folder = stack.directory;
  const { certificate, key } = issueCertificate({ name: "shop.test" });
  writeFileSync(join(folder, "site.pem"), certificate);
  writeFileSync(join(folder, "site.key"), key, { mode: 0o600 });
  const platform = configurationOf(stack).platform;
  const proxy = { ...platform.proxy, frontDoor: platform.proxy.frontDoor.replace("http:", "https:") };
  const tls = { certificate: join(folder, "site.pem"), key: join(folder, "site.key") };
  const look = async (changes: Record<string, unknown>) => {
    const site = { platform: { ...platform, proxy }, domain: "shop.test", tls, ...changes };
    const file = variantOf(stack, (configuration) => ({ ...configuration, ...site }));
    const configuration = await loadConfiguration(file);
    const set = (await preDeploymentChecks(configuration, "green")).filter(({ definition }) =>
      ["tls-certificate", "dns"].includes(definition),
    );
    const findings = await runChecks(set);
    return Object.fromEntries(findings.map(({ id, status }) => [id, status]));
  };
  expect(await look({})).toEqual({
    "tls-certificate:file": "fail",
    "tls-certificate:front door": "skip",
    dns: "fail",
  });
  const trusted = await look({ tls: { ...tls, ca: tls.certificate }, domain: undefined });
  expect(trusted).toEqual({ "tls-certificate:file": "pass", "tls-certificate:front door": "skip" });
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
