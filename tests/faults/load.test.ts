import { afterAll, beforeAll, expect, test } from "bun:test";
import type { LoadReport } from "../../examples/cell-hub/load/index.ts";
import { succeed } from "../../sdk/core/process/index.ts";
import { type Crowd, expectNothingLost, startCrowd } from "../support/crowd.ts";
import { withoutSharedHealth } from "../support/health.ts";
import { lastRun } from "../support/journals.ts";
import { at } from "../support/kill.ts";
import { deployed, dieInside, layoutOf } from "../support/scene.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { opposite } from "../support/standing.ts";
import { startVictim } from "../support/victim.ts";

const pace = { watch: { duration: "2s", interval: "100ms" }, drain: { timeout: "5s" } };
/** Uploads that outlive a switch, and connections enough that a gap of a few milliseconds shows. */
const many = { connections: 50, ratePerConnection: 8, sockets: 12, uploads: 4, uploadMs: 4_000 };

let stack: Stack;
let crowd: Crowd;
beforeAll(async () => {
  stack = await openStack(pace);
  stack.writeConfiguration({ platform: withoutSharedHealth(stack) });
  await deployed(stack, "1.0.0");
  crowd = await startCrowd(stack.frontDoor, many);
}, 240_000);
afterAll(async () => {
  await crowd?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
}, 120_000);

/** Runs the script to its good end, and gives what the users saw meanwhile. */
async function under(flags: readonly string[]): Promise<LoadReport> {
  const run = await stack.deploy(flags);
  expect(run.exitCode, run.stderr).toBe(0);
  return crowd.seen();
}

test("a whole deployment, from the build on, loses nothing, and both releases have answered", async () => {
  const seen = await under(["--release", "1.1.0"]);
  expectNothingLost(seen);
  expect(Object.keys(seen.releases).sort()).toEqual(["1.0.0", "1.1.0"]);
  expect((await layoutOf(stack)).serving.release).toBe("1.1.0");
}, 120_000);

test("a warm rollback, and the way forward again, lose nothing", async () => {
  expectNothingLost(await under(["--quick-rollback"]));
  expect((await layoutOf(stack)).serving.release).toBe("1.0.0");
  expectNothingLost(await under(["--release", "1.1.0"]));
  expect((await layoutOf(stack)).serving.release).toBe("1.1.0");
}, 120_000);

test("what somebody runs beside a service during the watch ends without taking the release back", async () => {
  stack.writeConfiguration({ watch: { duration: "6s", interval: "100ms" } });
  const run = startVictim(stack, ["--release", "1.1.1"]);
  await at("watch", "starting").comes(run, stack);
  await dieInside(stack, (await layoutOf(stack)).serving.environment, "one-off");
  expect(lastRun(stack).at(-1)).toMatchObject({ step: "watch", phase: "starting" });
  const ended = await run.ended;
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect((await layoutOf(stack)).serving.release).toBe("1.1.1");
  expectNothingLost(await crowd.seen());
}, 120_000);

test("a deployment that stops the old environment loses nothing: uploads end, WebSockets are taken leave of", async () => {
  stack.writeConfiguration({ keepPrevious: false });
  const seen = await under(["--release", "1.2.0"]);
  expectNothingLost(seen);
  expect(seen.sockets.politeCloses).toBeGreaterThan(0);
  expect(await layoutOf(stack)).toMatchObject({
    serving: { release: "1.2.0" },
    idle: { state: "stopped", release: "1.1.1" },
  });
}, 120_000);

test("a cold rollback, to an environment that was stopped, loses nothing", async () => {
  expectNothingLost(await under(["--quick-rollback"]));
  expect(await layoutOf(stack)).toMatchObject({
    serving: { release: "1.1.1" },
    idle: { state: "ready", release: "1.2.0" },
  });
}, 120_000);

test("a page's hashed files are served on after the switch, and when its environment is gone", async () => {
  const page = await textOf("/");
  const files = [...page.matchAll(/\/assets\/[\w.-]+/g)].map(([file]) => file);
  expect(files.length).toBeGreaterThan(0);
  const before = await Promise.all(files.map(textOf));
  expectNothingLost(await under(["--release", "1.3.0"]));
  expect(await Promise.all(files.map(textOf))).toEqual(before);
  const { serving } = await layoutOf(stack);
  const gone = opposite(serving.environment);
  const names = ["frontend", "backend", "ml"].map((service) => stack.container(gone, service));
  await succeed(["docker", "container", "rm", "--force", ...names], { deadlineMs: 30_000 });
  expect(await Promise.all(files.map(textOf))).toEqual(before);
}, 120_000);

test("when everybody has left, every request was answered and every upload was read back", async () => {
  const report = await crowd.leave();
  expectNothingLost(report);
  expect(report.answered).toBe(report.sent);
  expect(report.uploads.confirmed).toBe(report.uploads.started);
  expect(report.sockets.open).toBe(many.sockets);
}, 60_000);

async function textOf(path: string): Promise<string> {
  const answer = await fetch(new URL(path, stack.frontDoor), { keepalive: false });
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`);
  return answer.text();
}
