import { afterAll, beforeAll, test } from "bun:test";
import { type Command, follow } from "../support/follow-up.ts";
import { at, inside, killed, type Moment, when } from "../support/kill.ts";
import { layoutOf, newTo, openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, 240_000);
afterAll(() => scene?.[Symbol.asyncDispose](), 120_000);

/** From the switch on, where the next command has to find out whether the new release has the traffic. */
const kills: [Moment, Command][] = [
  [at("switch", "starting"), "deploy"],
  [at("switch", "starting", 15 * Math.random()), "--resume"],
  [at("switch", "starting", 25 * Math.random()), "--abort"],
  [at("switch", "starting", 35 * Math.random()), "--quick-rollback"],
  [at("switch", "done"), "--abort"],
  [at("watch", "starting"), "--resume"],
  [inside("watch", Math.random()), "--quick-rollback"],
  [inside("watch", Math.random()), "deploy"],
  [at("watch", "done"), "--abort"],
  [at("retire", "starting"), "--quick-rollback"],
  [at("retire", "skipped"), "--resume"],
  [when("ended"), "deploy"],
  [when("ended"), "--quick-rollback"],
  [when("ended"), "--abort"],
];

for (const [moment, command] of kills) {
  test(`killed ${moment.name}, the site serves on, and ${command} brings it to a defined state`, async () => {
    const release = newTo(await layoutOf(scene.stack));
    const cut = await killed(scene, ["--release", release], release, moment);
    await follow(scene, cut, command);
  }, 120_000);
}
