import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { succeed } from "../../sdk/core/process/index.ts";
import { type Crowd, expectNothingLost, startCrowd } from "../support/crowd.ts";
import { documentOf, errorOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { hurried } from "../support/scene.ts";
import type { ScriptRun } from "../support/script.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { type Color, opposite, servingOf, standingIn } from "../support/standing.ts";
import { untilPasses } from "../support/until.ts";
import { variantOf } from "../support/variant.ts";

/** What serves when a test begins, in which environment, and what stands warm in the other. */
let active: Color;
let stack: Stack;
let crowd: Crowd;

beforeAll(async () => {
  stack = await openStack({ watch: { duration: "400ms", interval: "100ms" }, drain: { timeout: "300ms" } });
  stack.writeConfiguration(hurried(stack, ["ml"]));
  for (const release of ["r1", "r2"]) expect((await stack.deploy(["--release", release])).exitCode).toBe(0);
  crowd = await startCrowd(stack.frontDoor, {
    connections: 4,
    ratePerConnection: 10,
    sockets: 0,
    uploads: 0,
  });
}, 180_000);

afterAll(async () => {
  await crowd?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
}, 60_000);

beforeEach(async () => {
  active = (await servingOf(stack)).environment;
});

const docker = (...args: string[]) => succeed(["docker", ...args], { deadlineMs: 60_000 });
const idleContainer = (service: string) => stack.container(opposite(active), service);

/** Deploys a release, and does this to the idle environment as soon as the script's output shows the text. */
async function deployWhile(text: string, act: () => Promise<unknown>, watch = "400ms"): Promise<ScriptRun> {
  const config = variantOf(stack, (rest) => ({ ...rest, watch: { duration: watch, interval: "100ms" } }));
  const started = stack.start(["--release", "r3", "--json", "--config", config]);
  await started.shows(text);
  await act();
  return started.ended;
}

/** The release that served goes on serving, the one that was warm is warm again, and no user noticed. */
async function expectAsBefore(before: { serving: unknown; idle: unknown }): Promise<void> {
  expect(await servingOf(stack)).toEqual(before.serving as never);
  expect(await standingIn(stack, opposite(active))).toEqual(before.idle as never);
  expectNothingLost(await crowd.seen());
}

async function layout() {
  return { serving: await servingOf(stack), idle: await standingIn(stack, opposite(active)) };
}

test("a container that is removed while its environment is staged ends the deployment", async () => {
  const before = await layout();
  const idle = stack.prepared.envFiles[opposite(active)];
  // Not ready before it is removed, however long that takes.
  setVariables(idle, { MODEL_LOAD_SECONDS: "60" });
  const run = await deployWhile("waiting for", () => docker("rm", "--force", idleContainer("ml")));
  setVariables(idle, { MODEL_LOAD_SECONDS: "0" });
  expect(errorOf(run)).toMatchObject({ code: "SERVICE_CRASHED", message: "ml has no container" });
  expect(run.exitCode).toBe(1);
  await expectAsBefore(before);
});

test("one that is killed once its environment is ready is found when the release is verified", async () => {
  const before = await layout();
  const ready = `${opposite(active)} is ready`;
  const run = await deployWhile(ready, () => docker("kill", idleContainer("frontend")));
  expect(run.exitCode).toBe(1);
  expect(errorOf(run)).toMatchObject({ code: "VERIFY_FAILED", message: expect.stringContaining("frontend") });
  await expectAsBefore(before);
});

test("one that is killed after the switch gives the traffic back", async () => {
  const before = await layout();
  const kill = () => docker("kill", idleContainer("ml"));
  const run = await deployWhile("serves release r3", kill, "60s");
  expect(run.exitCode).toBe(1);
  expect(errorOf(run)).toMatchObject({
    code: "WATCH_FAILED",
    // Whichever is heard of first: its end, or what users would get.
    message: expect.stringMatching(/^ml died with exit code 137 after the switch$|the last: ml answers 502/),
  });
  await expectAsBefore(before);
});

test("a rollback to a warm environment whose container was killed starts it first", async () => {
  const { idle } = await layout();
  await docker("kill", idleContainer("backend"));
  const run = await stack.deploy(["--quick-rollback", "--json"]);
  expect(documentOf(run)).toMatchObject({ exitCode: 0, result: { warm: false } });
  expect(await servingOf(stack)).toEqual({ environment: opposite(active), release: idle.release ?? "" });
  expectNothingLost(await crowd.seen());
});

test("a rollback to a warm environment whose container was removed makes it anew", async () => {
  const forward = await stack.deploy(["--release", "r3"]);
  expect(forward.exitCode).toBe(0);
  active = (await servingOf(stack)).environment;
  const { idle } = await layout();
  await docker("rm", "--force", idleContainer("backend"));
  const run = await stack.deploy(["--quick-rollback", "--json"]);
  expect(documentOf(run)).toMatchObject({ exitCode: 0, result: { warm: false } });
  expect(await servingOf(stack)).toEqual({ environment: opposite(active), release: idle.release ?? "" });
  expectNothingLost(await crowd.seen());
});

test("a deployment over an environment that lacks a container makes it whole", async () => {
  await docker("rm", "--force", idleContainer("ml"));
  const run = await stack.deploy(["--release", "r4", "--json"]);
  expect(documentOf(run)).toMatchObject({ exitCode: 0 });
  await untilPasses(async () => expect(await servingOf(stack)).toMatchObject({ release: "r4" }));
  expectNothingLost(await crowd.leave());
});
