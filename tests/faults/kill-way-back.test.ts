import { afterAll, beforeAll, expect, test } from "bun:test";
import { setVariables } from "../support/env-file.ts";
import { type Command, follow } from "../support/follow-up.ts";
import { at, inside, killed, killedAgain, type Moment, settling, statusOf, when } from "../support/kill.ts";
import { dieInside, layoutOf, newTo, openScene, type Scene, stopIdle } from "../support/scene.ts";
import { opposite } from "../support/standing.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, 240_000);
afterAll(() => scene?.[Symbol.asyncDispose](), 120_000);

const warm: [Moment, Command][] = [
  [when("begun"), "--resume"],
  [at("switch", "starting", 20 * Math.random()), "--abort"],
  [at("switch", "done"), "deploy"],
];

for (const [moment, command] of warm) {
  test(`a warm rollback is killed ${moment.name}, and ${command} brings it to a defined state`, async () => {
    await goodRelease();
    const { idle } = await layoutOf(scene.stack);
    const cut = await killed(scene, ["--quick-rollback"], idle.release ?? "", moment);
    await follow(scene, cut, command);
  }, 120_000);
}

const cold: [Moment, Command][] = [
  [inside("stage", 0.2 + 0.3 * Math.random()), "--abort"],
  [inside("stage", 0.3 + 0.5 * Math.random()), "--quick-rollback"],
  [at("verify", "starting"), "--resume"],
];

for (const [moment, command] of cold) {
  test(`a cold rollback is killed ${moment.name}, and ${command} brings it to a defined state`, async () => {
    await goodRelease();
    await stopIdle(scene.stack);
    const { idle } = await layoutOf(scene.stack);
    const cut = await killed(scene, ["--quick-rollback"], idle.release ?? "", moment);
    await follow(scene, cut, command);
  }, 120_000);
}

const undoing: [Moment, Command][] = [
  [at("verify", "failed"), "--quick-rollback"],
  [at("stage", "undoing"), "deploy"],
  [at("stage", "undoing", 1_500 * Math.random()), "--abort"],
];

for (const [moment, command] of undoing) {
  test(`the undoing of a release that failed its verification is killed ${moment.name}, and ${command} finishes it`, async () => {
    const before = await layoutOf(scene.stack);
    const release = newTo(before);
    const file = scene.stack.prepared.envFiles[opposite(before.serving.environment)];
    setVariables(file, { MISBEHAVE_ML: "wrong-release" });
    const cut = await killed(scene, ["--release", release], release, moment);
    setVariables(file, { MISBEHAVE_ML: undefined });
    expect(cut.failed).toBe(true);
    await follow(scene, cut, command);
  }, 120_000);
}

const flippingBack: [Moment, Command][] = [
  [at("watch", "failed"), "deploy"],
  [at("switch", "undoing", 20 * Math.random()), "--quick-rollback"],
];

for (const [moment, command] of flippingBack) {
  test(`the flip back of a release that failed its watch is killed ${moment.name}, and ${command} finishes it`, async () => {
    const { stack } = scene;
    const before = await layoutOf(stack);
    const release = newTo(before);
    const troubled: Moment = {
      name: moment.name,
      async comes(victim) {
        await at("watch", "starting").comes(victim, stack);
        await dieInside(stack, opposite(before.serving.environment));
        await moment.comes(victim, stack);
      },
    };
    // Nobody waits for the end of this watch.
    scene.configure({ watch: { duration: "60s", interval: "100ms" } });
    const cut = await killed(scene, ["--release", release], release, troubled);
    scene.configure();
    expect(cut.failed).toBe(true);
    await follow(scene, cut, command);
  }, 120_000);
}

const twice: [Moment, readonly [string, Moment], Command][] = [
  [at("stage", "done"), ["--abort", settling(1_000 * Math.random())], "--abort"],
  [at("watch", "starting"), ["--abort", settling(100 * Math.random())], "deploy"],
  [at("watch", "starting"), ["--abort", settling(2_500 * Math.random())], "--quick-rollback"],
  [at("migrate", "starting"), ["--resume", at("verify", "starting")], "--resume"],
  [at("switch", "done"), ["--resume", inside("watch", Math.random())], "--quick-rollback"],
];

for (const [first, [flag, second], command] of twice) {
  test(`killed ${first.name}, and ${flag} killed ${second.name}, ${command} brings it to a defined state`, async () => {
    const release = newTo(await layoutOf(scene.stack));
    const cut = await killed(scene, ["--release", release], release, first);
    const again = await killedAgain(scene, cut, [flag], second);
    await follow(scene, again, command);
  }, 120_000);
}

/** A rollback leads to a release that is not bad: where the warm one has been given up, another is deployed. */
async function goodRelease(): Promise<void> {
  const { stack } = scene;
  const [{ rollback }, layout] = await Promise.all([statusOf(stack), layoutOf(stack)]);
  if (layout.idle.state === "ready" && rollback?.release === layout.idle.release) return;
  const run = await stack.deploy(["--release", newTo(layout)]);
  expect(run.exitCode, run.stderr).toBe(0);
}
