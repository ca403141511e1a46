import { afterEach, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { acquireLock } from "../../../../sdk/core/lock/index.ts";
import { readStatus } from "../../../../sdk/jobs/status/index.ts";
import {
  courseOf,
  type FakeDesk,
  type FakeDeskParts,
  leaveHistory,
  leaveJournal,
  openFakeDesk,
  recordOf,
} from "../fake-desk.ts";
import { running, stopped } from "../fake-platform.ts";

let desk: FakeDesk;
afterEach(() => desk[Symbol.dispose]());

/** Release 1 was deployed, then release 2, which serves from green; 1 is warm. */
function open({ world, ...parts }: FakeDeskParts = {}) {
  desk = openFakeDesk({
    ...parts,
    world: { active: "green", blue: running("1"), green: running("2"), ...world },
  });
  leaveHistory(desk, [recordOf("1"), recordOf("2", { environment: "green", previous: "1" })]);
}

const status = (last = 5) => readStatus(desk.configuration, desk.platform, { last });
const down = new Failure("DOCKER_DOWN", { message: "the Docker daemon does not answer", remedy: "start it" });

test("an active environment that serves well is told with its release and services", async () => {
  open();
  expect(await status()).toMatchObject({
    serves: true,
    problems: [],
    proxy: "up",
    active: "green",
    environments: {
      green: {
        state: "ready",
        release: "2",
        services: [
          {
            name: "web",
            state: "ready",
            restarts: 0,
            since: "2026-11-20T18:00:00Z",
            direct: { ok: true },
            frontDoor: { ok: true, summary: "web answers as release 2" },
          },
        ],
      },
    },
    unseen: [],
  });
});

test("an idle environment that runs and proves its release is warm, and the rollback is instant", async () => {
  open();
  expect(await status()).toMatchObject({
    environments: { blue: { release: "1", warm: true } },
    rollback: { release: "1", environment: "blue", instant: true, breaking: [] },
    lastGood: "2",
  });
});

test.each([
  ["is stopped", stopped("1")],
  ["answers badly", { ...running("1"), status: 503 }],
])("an idle environment that %s is not warm", async (_, blue) => {
  open({ world: { blue } });
  expect(await status()).toMatchObject({
    serves: true,
    environments: { blue: { warm: false } },
    rollback: { release: "1", instant: false },
  });
});

test("where nothing is left of what served, or nobody can say, the rollback leads away from it all the same", async () => {
  open({ world: { green: { ...stopped("2"), state: "absent", release: undefined } } });
  expect((await status()).rollback).toMatchObject({ release: "1", environment: "blue", instant: true });
  open();
  desk.platform.instead.set("environments", () => {
    throw down;
  });
  expect((await status()).rollback).toMatchObject({ release: "1", environment: "blue" });
});

test("a warm environment of another release makes no rollback instant", async () => {
  open({ world: { blue: running("0") } });
  expect(await status()).toMatchObject({
    environments: { blue: { warm: true } },
    rollback: { release: "1", instant: false },
  });
});

test.each([
  ["stands there stopped", { blue: stopped("1") }, true],
  ["has its images still", { blue: stopped("0"), images: new Set(["1"]) }, true],
  ["has its images no more", { blue: stopped("0"), images: new Set<string>() }, false],
])("a rollback to a release that %s can be started, or cannot", async (_, world, startable) => {
  open({ world, releases: ["1"] });
  expect((await status()).rollback).toMatchObject({ release: "1", instant: false, startable });
});

test("one of which nothing is written down cannot be started; one whose images cannot be asked for may be", async () => {
  open({ world: { blue: stopped("0"), images: new Set(["1"]) } });
  expect((await status()).rollback).toMatchObject({ startable: false });
  open({ world: { blue: stopped("0") }, releases: ["1"] });
  desk.platform.instead.set("has", () => {
    throw down;
  });
  const { rollback, unseen } = await status();
  expect(rollback).not.toHaveProperty("startable");
  expect(unseen).toMatchObject([{ what: "the images of the rollback", code: "DOCKER_DOWN" }]);
});

test("migrations that block the rollback are named", async () => {
  open();
  leaveHistory(desk, [recordOf("2", { migrations: { applied: ["m2"], breaking: ["m2"] } })]);
  expect((await status()).rollback?.breaking).toEqual(["m2"]);
});

test("before anything was deployed nothing serves, and that is said", async () => {
  desk = openFakeDesk({ world: { proxy: "down" } });
  expect(await status()).toEqual({
    project: "fake",
    serves: false,
    problems: ["the proxy does not answer", "nothing runs in blue, to which the proxy points"],
    proxy: "down",
    active: "blue",
    environments: {
      blue: expect.objectContaining({ state: "absent", warm: false }),
      green: expect.objectContaining({ state: "absent", warm: false }),
    },
    deployments: [],
    bad: [],
    unseen: [],
  });
});

test("an active environment that answers another release at the front door does not serve", async () => {
  open({ world: { green: running("2") } });
  desk.platform.instead.set("proxy", () => {
    desk.platform.world.active = "blue";
  });
  desk.platform.frontDoor = () => desk.platform.direct("green");
  const { serves, problems } = await status();
  expect(serves).toBe(false);
  expect(problems[0]).toContain("as release 2, not 1");
});

test("an active environment that is stopped, or answers badly, does not serve", async () => {
  open({ world: { green: stopped("2") } });
  expect(await status()).toMatchObject({
    serves: false,
    problems: ["green, to which the proxy points, is stopped"],
  });
  desk.platform.world.green = { ...running("2"), status: 500 };
  expect((await status()).problems[0]).toStartWith("web answers 500");
  desk.platform.world.green = { ...running("2"), state: "partial" };
  expect((await status()).problems).toEqual(["web is unhealthy"]);
});

test("without Docker everything else is told, and it is no good status", async () => {
  open();
  desk.platform.instead.set("environments", () => {
    throw down;
  });
  const seen = await status();
  expect(seen).toMatchObject({
    serves: false,
    problems: [],
    proxy: "up",
    active: "green",
    environments: {
      green: { state: "unknown", release: "2", warm: false, services: [{ state: "unknown" }] },
    },
    lastGood: "2",
    unseen: [{ what: "the containers", code: "DOCKER_DOWN", remedy: "start it" }],
  });
  expect(seen.deployments).toHaveLength(2);
});

test("a proxy that contradicts its switch is told, beside everything that is known", async () => {
  open();
  desk.platform.instead.set("proxy", () => {
    throw new Failure("PROXY_DISAGREES", { message: "the proxy looks elsewhere", remedy: "mount it" });
  });
  const seen = await status();
  expect(seen).toMatchObject({
    serves: false,
    proxy: "unknown",
    problems: ["where the requests go is not known"],
    environments: { blue: { release: "1" }, green: { release: "2" } },
    unseen: [{ code: "PROXY_DISAGREES" }],
  });
  expect(seen.active).toBeUndefined();
});

test("a history that cannot be read costs nothing else", async () => {
  open();
  desk[Symbol.dispose]();
  desk = openFakeDesk({ world: { blue: running("1") } });
  mkdirSync(desk.configuration.state("history.jsonl"), { recursive: true });
  expect(await status()).toMatchObject({ serves: true, deployments: [], unseen: [{ what: "the history" }] });
});

test("the last deployments come the newest first, and as many as were asked for", async () => {
  open();
  leaveHistory(desk, [
    recordOf("3", { outcome: "failed", reason: "web answers 500", code: "VERIFY_FAILED" }),
  ]);
  expect((await status(2)).deployments.map(({ release }) => release)).toEqual(["3", "2"]);
  expect((await status(0)).deployments).toEqual([]);
  expect((await status()).bad).toEqual(["3"]);
});

test("a run that was cut off is told with what to do, before its switch and behind it", async () => {
  open();
  const course = courseOf({ release: "3", from: "green", to: "blue", serving: "2" });
  leaveJournal(desk, course, [{ kind: "step", step: "stage", phase: "starting" }]);
  const before = (await status()).unfinished;
  expect(before).toMatchObject({ release: "3", lastStep: "stage", switched: false });
  expect(before?.remedy).toContain("--resume goes on with release 3");
  expect(before?.remedy).toContain("--abort clears blue, and release 2 goes on serving");
  desk.platform.world.active = "blue";
  const behind = (await status()).unfinished;
  expect(behind?.switched).toBe(true);
  expect(behind?.remedy).toContain("--abort gives the traffic back to release 2");
});

function holdLock(since: string) {
  return acquireLock(desk.configuration.state("lock"), {
    pid: process.pid,
    command: "deploy-production",
    since,
    doing: "stage",
    release: "3",
  });
}

test("a run that holds the lock is told, and is not taken for one that was cut off", async () => {
  open();
  leaveJournal(desk, courseOf({ startedAt: "2026-11-20T18:02:27.500Z" }), []);
  using _lock = holdLock("2026-11-20T18:02:27.000Z");
  const seen = await status();
  expect(seen.running).toMatchObject({ command: "deploy-production", doing: "stage", release: "3" });
  expect(seen.unfinished).toBeUndefined();
});

test("a run that was cut off before another took the lock is told, and to wait for that one", async () => {
  open();
  leaveJournal(desk, courseOf({ startedAt: "2026-11-20T18:02:27.000Z" }), []);
  using _lock = holdLock("2026-11-20T18:03:00.000Z");
  expect((await status()).unfinished?.remedy).toStartWith("wait for the run that holds the lock; then ");
});

test("a look changes nothing and leaves nothing behind", async () => {
  open();
  await status();
  expect(desk.platform.changes).toEqual([]);
  expect(desk.history()).toHaveLength(2);
});
