import { afterAll, beforeAll, expect, test } from "bun:test";
import { expectNothingLost } from "../support/crowd.ts";
import { damagedFiles, isUnfinished } from "../support/journals.ts";
import { at, inside, type Moment } from "../support/kill.ts";
import { holdMigrations } from "../support/migrations.ts";
import { layoutOf, newTo, openScene, type Scene, stopIdle } from "../support/scene.ts";
import { migrationsLeft } from "../support/standing.ts";
import { startVictim, type Victim } from "../support/victim.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ healthChecks: ["ml"] });
}, 240_000);
afterAll(() => scene?.[Symbol.asyncDispose](), 120_000);

/** Everything is as it was before the run began, and the run has written its end. */
async function expectPutBack(before: Awaited<ReturnType<typeof layoutOf>>, run: Victim): Promise<void> {
  const { stack, crowd } = scene;
  const ended = await run.ended;
  expect(ended.exitCode, ended.stderr).toBe(130);
  expect(ended.stderr).toContain("interrupted");
  expect(await layoutOf(stack)).toEqual(before);
  expect(await migrationsLeft(stack)).toEqual([]);
  expect(run.leftBehind()).toEqual([]);
  expect(isUnfinished(stack)).toBe(false);
  expect(damagedFiles(stack)).toEqual([]);
  expectNothingLost(await crowd.seen());
}

const interruptions: [NodeJS.Signals, Moment][] = [
  ["SIGTERM", at("pre-check", "starting")],
  ["SIGINT", inside("stage", 0.3)],
  ["SIGTERM", inside("stage", 0.8)],
  ["SIGINT", at("watch", "starting")],
];

for (const [signal, moment] of interruptions) {
  test(`${signal} ${moment.name} puts everything back, and what was warm is warm again`, async () => {
    const before = await layoutOf(scene.stack);
    expect(before.idle.state).toBe("ready");
    const run = startVictim(scene.stack, ["--release", newTo(before)]);
    await moment.comes(run, scene.stack);
    run.child.kill(signal);
    await expectPutBack(before, run);
  }, 120_000);
}

test("SIGINT while images are built ends the build, and nothing of the release stands", async () => {
  const before = await layoutOf(scene.stack);
  const run = startVictim(scene.stack, ["--release", `${scene.stack.name}-never-built`]);
  await run.shows("building frontend");
  run.child.kill("SIGINT");
  await expectPutBack(before, run);
}, 120_000);

test("SIGTERM while a migration waits for a lock ends the migration, and puts everything back", async () => {
  const { stack } = scene;
  const before = await layoutOf(stack);
  await using held = await holdMigrations(stack);
  const run = startVictim(stack, ["--release", newTo(before)]);
  await held.untilOneWaits(run);
  run.child.kill("SIGTERM");
  await expectPutBack(before, run);
}, 120_000);

test("what was stopped before an interrupted run is stopped again", async () => {
  const { stack } = scene;
  await stopIdle(stack);
  const before = await layoutOf(stack);
  const run = startVictim(stack, ["--release", newTo(before)]);
  await at("stage", "done").comes(run, stack);
  run.child.kill("SIGINT");
  await expectPutBack(before, run);
}, 120_000);

test("a second Ctrl-C ends the run at once, and the next one settles what it left", async () => {
  const { stack, crowd } = scene;
  const before = await layoutOf(stack);
  const run = startVictim(stack, ["--release", newTo(before)]);
  await inside("stage", 0.5).comes(run, stack);
  run.child.kill("SIGINT");
  await run.shows("once more stops at once");
  const asked = performance.now();
  run.child.kill("SIGINT");
  const ended = await run.ended;
  expect(performance.now() - asked).toBeLessThan(2_000);
  expect(ended.exitCode, ended.stderr).toBe(130);
  expect(ended.stderr).toContain("has not been put back");
  expect(isUnfinished(stack)).toBe(true);
  const next = await stack.deploy(["--abort"]);
  expect(next.exitCode, next.stderr).toBe(0);
  expect(await layoutOf(stack)).toEqual(before);
  expect(isUnfinished(stack)).toBe(false);
  expectNothingLost(await crowd.seen());
}, 120_000);
