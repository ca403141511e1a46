import { afterAll, beforeAll, expect, test } from "bun:test";
import { expectNothingLost } from "../support/crowd.ts";
import { documentOf, errorOf } from "../support/document.ts";
import { at, killed } from "../support/kill.ts";
import { holdMigrations } from "../support/migrations.ts";
import { layoutOf, newTo, openScene, type Scene } from "../support/scene.ts";
import type { ScriptRun } from "../support/script.ts";
import { opposite } from "../support/standing.ts";
import { startVictim } from "../support/victim.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, 240_000);
afterAll(() => scene?.[Symbol.asyncDispose](), 120_000);

/** A run is refused before it looks at anything. Of several the quickest is judged: a busy machine is not what is tested. */
const refusedWithinMs = 1_000;

/** What the script itself took, by its own clock. */
const ownMs = (run: ScriptRun) => documentOf(run).durationMs;

test("of two deployments started at once one proceeds, and the other says who holds the lock", async () => {
  const { stack } = scene;
  const release = newTo(await layoutOf(stack));
  const both = [1, 2].map(() => stack.start(["--release", release, "--json"]));
  const runs = await Promise.all(both.map(({ ended }) => ended));
  expect(runs.map(({ exitCode }) => exitCode)).toContain(0);
  const refused = runs.findIndex(({ exitCode }) => exitCode === 3);
  const holder = both[1 - refused]?.child.pid;
  const run = runs[refused];
  if (run === undefined) throw new Error("neither was refused");
  expect(errorOf(run)).toMatchObject({
    code: "LOCK_HELD",
    message: expect.stringContaining(`process ${holder} on this host`),
    details: { holder: { pid: holder, command: "deploy-production" } },
  });
  expect((await layoutOf(stack)).serving.release).toBe(release);
}, 120_000);

test("while a deployment runs, others are refused with its name, time and release, and a dry run is not", async () => {
  const { stack, crowd } = scene;
  const before = await layoutOf(stack);
  const release = newTo(before);
  const held = await holdMigrations(stack);
  const running = startVictim(stack, ["--release", release]);
  const refused: ScriptRun[] = [];
  try {
    await held.untilOneWaits(running);
    for (const flags of [["--release", release], ["--quick-rollback"], ["--abort"], ["--resume"]])
      refused.push(await stack.deploy([...flags, "--json"]));
    const dryRun = await stack.deploy(["--dry-run", "--json"]);
    expect(dryRun.exitCode, dryRun.stderr).toBe(0);
    await held.nothingToApply();
  } finally {
    await held[Symbol.asyncDispose]();
  }
  const ended = await running.ended;
  expect(ended.exitCode, ended.stderr).toBe(0);
  for (const run of refused) {
    expect(run.exitCode, run.stderr).toBe(3);
    const { message, details } = errorOf(run);
    expect(message).toMatch(/^deploy-production holds the lock, taken \d\d:\d\d UTC, doing: migrate/);
    expect(message).toContain(`(release ${release}, process ${running.child.pid} on this host)`);
    expect(details).toMatchObject({
      holder: {
        pid: running.child.pid,
        command: "deploy-production",
        doing: "migrate",
        release,
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      },
    });
  }
  expect(Math.min(...refused.map(ownMs))).toBeLessThan(refusedWithinMs);
  expect(await layoutOf(stack)).toEqual({
    serving: { environment: opposite(before.serving.environment), release },
    idle: { state: "ready", release: before.serving.release },
  });
  expectNothingLost(await crowd.seen());
}, 120_000);

test("the lock of a run that was killed blocks nobody", async () => {
  const { stack } = scene;
  const release = newTo(await layoutOf(stack));
  await killed(scene, ["--release", release], release, at("stage", "starting"));
  const next = await stack.deploy(["--abort", "--json"]);
  expect(next.exitCode, next.stderr).toBe(0);
}, 120_000);
