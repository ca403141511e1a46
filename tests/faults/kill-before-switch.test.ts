import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Command, follow } from "../support/follow-up.ts";
import { at, inside, killed, type Moment, statusOf, when, whilePlanning } from "../support/kill.ts";
import { holdMigrations } from "../support/migrations.ts";
import { layoutOf, newTo, openScene, removeIdle, type Scene } from "../support/scene.ts";
import { migrationsLeft } from "../support/standing.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ healthChecks: ["ml"] });
}, 240_000);
afterAll(() => scene?.[Symbol.asyncDispose](), 120_000);

/**
 * Every step boundary before the switch and the middle of every step, and what a person may run then. The end of a step
 * and the beginning of the next are written in one breath, so one of the two stands for both.
 */
const kills: [Moment, Command][] = [
  [whilePlanning, "deploy"],
  [whilePlanning, "--abort"],
  [when("begun"), "--abort"],
  [at("pre-check", "starting"), "--quick-rollback"],
  [inside("pre-check", Math.random()), "--resume"],
  [at("pre-check", "done"), "--abort"],
  [at("permissions", "starting"), "--quick-rollback"],
  [at("backup", "starting"), "--abort"],
  [at("build", "starting"), "--quick-rollback"],
  [at("build", "skipped"), "--abort"],
  [at("stage", "starting"), "deploy"],
  [inside("stage", 0.15 + 0.1 * Math.random()), "--abort"],
  [inside("stage", 0.25 + 0.15 * Math.random()), "--resume"],
  [inside("stage", 0.4 + 0.15 * Math.random()), "--quick-rollback"],
  [inside("stage", 0.55 + 0.2 * Math.random()), "deploy"],
  [inside("stage", 0.75 + 0.2 * Math.random()), "--resume"],
  [at("stage", "done"), "--quick-rollback"],
  [at("migrate", "skipped"), "--resume"],
  [inside("verify", Math.random()), "--abort"],
];

for (const [moment, command] of kills) {
  test(`killed ${moment.name}, the site serves on, and ${command} brings it to a defined state`, async () => {
    const release = newTo(await layoutOf(scene.stack));
    const cut = await killed(scene, ["--release", release], release, moment);
    await follow(scene, cut, command);
  }, 120_000);
}

for (const command of ["--abort", "--resume"] as const) {
  test(`killed while images are built, the site serves on, and ${command} brings it to a defined state`, async () => {
    // What a build that is cut off leaves has no name but that of its release.
    const release = `${scene.stack.name}-built-before-${command.slice(2)}`;
    const building: Moment = {
      name: "while images are built",
      async comes(victim) {
        await victim.shows("building frontend");
        await Promise.race([Bun.sleep(500 * Math.random()), victim.ended]);
      },
    };
    const cut = await killed(scene, ["--release", release], release, building);
    expect(cut.unfinished).toBe(true);
    await follow(scene, cut, command);
  }, 120_000);
}

/** While a migration is at work, which a kill of the script leaves so: what comes next must end it. */
for (const [idle, command] of [
  ["warm", "--resume"],
  ["absent", "--abort"],
] as const) {
  test(`killed while a migration waits, beside an environment that was ${idle} before, ${command} ends the migration`, async () => {
    const { stack } = scene;
    const release = newTo(await layoutOf(stack));
    if (idle === "absent") await removeIdle(stack);
    await using held = await holdMigrations(stack);
    const waiting: Moment = {
      name: "while a migration waits",
      comes: (victim) => held.untilOneWaits(victim),
    };
    const cut = await killed(scene, ["--release", release], release, waiting);
    expect(await migrationsLeft(stack)).toHaveLength(1);
    await held.nothingToApply();
    await follow(scene, cut, command);
  }, 120_000);
}

test("status tells of the run that was cut off, until it has been settled", async () => {
  const release = newTo(await layoutOf(scene.stack));
  await killed(scene, ["--release", release], release, at("pre-check", "done"));
  const { unfinished } = await statusOf(scene.stack);
  expect(unfinished).toMatchObject({ command: "deploy", release, switched: false });
  expect(unfinished?.remedy).toContain("deploy-production.ts");
  expect((await scene.stack.deploy(["--abort"])).exitCode).toBe(0);
  expect((await statusOf(scene.stack)).unfinished).toBeUndefined();
}, 60_000);
