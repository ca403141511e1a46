import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { composeLabels, containerEvents } from "../../sdk/systems/docker/index.ts";
import { errorOf } from "../support/document.ts";
import { type Command, follow, leadsTo } from "../support/follow-up.ts";
import { at, type Cut, inside, killed, type Moment, when } from "../support/kill.ts";
import { layoutOf, newTo, openScene, type Scene } from "../support/scene.ts";
import { opposite } from "../support/standing.ts";

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
  [at("switch", "done"), "--resume"],
  [inside("watch", Math.random()), "--quick-rollback"],
  [at("watch", "done"), "--abort"],
  [at("retire", "starting"), "deploy"],
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

describe("where the old environment is not kept", () => {
  beforeAll(() => scene.configure({ keepPrevious: false, drain: { timeout: "2s" } }));
  afterAll(() => scene.configure());

  const draining = at("retire", "starting", 500);
  const stopping: Moment = {
    name: "as soon as a container of the old environment has stopped",
    async comes(victim, stack) {
      await at("retire", "starting").comes(victim, stack);
      const environment = opposite((await layoutOf(stack)).serving.environment);
      await using heard = containerEvents(composeLabels.project, stack.prepared.projects[environment]);
      for await (const { action } of heard.events) if (action === "die") return;
    },
  };

  /** On a quick machine the other containers stop, and the run ends, in the moment before the kill. */
  const attempts = 6;

  async function killedAt(moment: Moment): Promise<Cut> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const release = newTo(await layoutOf(scene.stack));
      const cut = await killed(scene, ["--release", release], release, moment);
      expect(cut.switched).toBe(true);
      if (cut.unfinished) return cut;
    }
    throw new Error(`${moment.name}: the run had ended each time`);
  }

  test("killed while it drains, --abort gives the traffic back", async () => {
    await follow(scene, await killedAt(draining), "--abort");
  }, 120_000);

  test("killed while it drains, --resume stops the old environment", async () => {
    const { before, release } = await killedAt(draining);
    const { environment, release: old } = before.serving;
    await leadsTo(scene, ["--resume"], {
      exitCode: 0,
      layout: {
        serving: { environment: opposite(environment), release },
        idle: { state: "stopped", release: old },
      },
    });
  }, 120_000);

  test("killed while it stops, the next deployment takes the old environment", async () => {
    const { before, release } = await killedAt(stopping);
    const next = before.serving.release;
    await leadsTo(scene, ["--release", next], {
      exitCode: 0,
      layout: {
        serving: { environment: before.serving.environment, release: next },
        idle: { state: "stopped", release },
      },
    });
  }, 120_000);

  test("killed while it stops, --quick-rollback starts the old environment", async () => {
    const { before, release } = await killedAt(stopping);
    await leadsTo(scene, ["--quick-rollback"], {
      exitCode: 0,
      layout: { serving: before.serving, idle: { state: "ready", release } },
    });
  }, 120_000);

  test("killed while it stops, --abort says that the old environment cannot take the traffic, and what to do", async () => {
    const { before, release } = await killedAt(stopping);
    const refused = await scene.stack.deploy(["--abort", "--json"]);
    expect(refused.exitCode, refused.stderr).toBe(4);
    expect(errorOf(refused).remedy).toContain("--quick-rollback");
    expect((await layoutOf(scene.stack)).serving.release).toBe(release);
    await leadsTo(scene, ["--quick-rollback"], {
      exitCode: 0,
      layout: { serving: before.serving, idle: { state: "ready", release } },
    });
  }, 120_000);
});
