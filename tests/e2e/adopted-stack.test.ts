import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";
import { compose } from "../../sdk/systems/docker/index.ts";
import { type Crowd, expectNothingLost, startCrowd } from "../support/crowd.ts";
import { documentOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { composeOverride } from "../support/health.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { servingOf } from "../support/standing.ts";
import { untilPasses } from "../support/until.ts";
import { configurationOf } from "../support/variant.ts";

let stack: Stack;
let crowd: Crowd;

/** A stack that somebody brought up with Compose, whose images have no health check, and that has users. */
beforeAll(async () => {
  stack = await openStack({ watch: { duration: "500ms", interval: "100ms" }, drain: { timeout: "300ms" } });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  withoutHealthChecks();
  const { environments, shared } = configurationOf(stack).platform;
  await byHand(shared, ["up", "--detach", "--build", "--wait"]);
  await byHand(environments.green, ["build"]);
  await byHand(environments.green, ["run", "--rm", "migrate", "up"]);
  await byHand(environments.green, ["up", "--detach"]);
  writeFileSync(join(stack.prepared.switchDirectory, "green"), "");
  await untilPasses(async () => {
    expect(await servingOf(stack)).toEqual({ environment: "green", release: "dev" });
  });
  crowd = await startCrowd(stack.frontDoor, { uploads: 0, sockets: 1 });
}, 180_000);

afterAll(async () => {
  await crowd?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
}, 60_000);

function withoutHealthChecks(): void {
  const healthcheck = { disable: true };
  const override = composeOverride(stack, {
    frontend: { healthcheck },
    backend: { healthcheck },
    ml: { healthcheck },
  });
  const { platform } = configurationOf(stack);
  const { blue, green } = platform.environments;
  const environments = {
    blue: { ...blue, files: [...blue.files, override] },
    green: { ...green, files: [...green.files, override] },
  };
  stack.writeConfiguration({ platform: { ...platform, environments } });
}

async function byHand(
  on: { project: string; files: readonly string[]; envFiles?: readonly string[] | undefined },
  args: readonly string[],
): Promise<void> {
  const { project, files, envFiles = [] } = on;
  const directory = join(stack.prepared.composeFiles.environment, "..");
  const { exitCode, stderr } = await compose({ project, files, envFiles, directory }, args, {
    deadlineMs: 120_000,
  });
  if (exitCode !== 0) throw new Error(stderr);
}

test("--dry-run sees what serves, and that Switchover did not put it there", async () => {
  const { stdout } = await stack.deploy(["--dry-run", "--release", "r1"]);
  expect(stdout).toContain("green serves what was not put there by Switchover");
  expect(stdout).toContain("release r1 is built and goes to blue");
});

test("a deployment goes beside it, and what stood there goes on as it was", async () => {
  const before = await startOf("green");
  const run = await stack.deploy(["--release", "r1", "--json"]);
  expect(documentOf(run)).toMatchObject({ exitCode: 0, result: { course: { from: "green", to: "blue" } } });
  expect(run.stderr).toContain("has no health check of its own: asking http://127.0.0.1:");
  expect(await servingOf(stack)).toEqual({ environment: "blue", release: "r1" });
  expect(await startOf("green")).toBe(before);
});

test("a rollback returns to what stood there, which still runs", async () => {
  const run = await stack.deploy(["--quick-rollback", "--json"]);
  expect(documentOf(run)).toMatchObject({ exitCode: 0, result: { warm: true } });
  expect(await servingOf(stack)).toEqual({ environment: "green", release: "dev" });
});

test("the deployments after it take its place", async () => {
  for (const [release, environment] of [
    ["r2", "blue"],
    ["r3", "green"],
  ] as const) {
    const run = await stack.deploy(["--release", release]);
    expect(run.exitCode).toBe(0);
    expect(await servingOf(stack)).toEqual({ environment, release });
  }
});

test("no user noticed anything", async () => {
  expectNothingLost(await crowd.leave());
});

async function startOf(environment: "blue" | "green"): Promise<string> {
  const names = ["frontend", "backend", "ml"].map((service) => stack.container(environment, service));
  const argv = ["docker", "container", "inspect", "--format", "{{.Id}} {{.State.StartedAt}}", ...names];
  return succeed(argv, { deadlineMs: 20_000 });
}
