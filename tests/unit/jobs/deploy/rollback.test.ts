import { afterEach, expect, test } from "bun:test";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import type { Check } from "../../../../sdk/core/finding/index.ts";
import { storeOf } from "../../../../sdk/jobs/deploy/desk.ts";
import { badReleases, type HistoryRecord } from "../../../../sdk/jobs/deploy/history.ts";
import { planRollback, quickRollback } from "../../../../sdk/jobs/deploy/rollback.ts";
import { readStatus } from "../../../../sdk/jobs/status/index.ts";
import {
  courseOf,
  type FakeDesk,
  type FakeDeskParts,
  leaveHistory,
  leaveJournal,
  openFakeDesk,
  recordOf,
  sealHistory,
} from "../fake-desk.ts";
import { running, stopped } from "../fake-platform.ts";

let desk: FakeDesk;
afterEach(() => desk[Symbol.dispose]());

/** Release 1 was deployed, then release 2, which serves from green. */
function open({ world, ...parts }: FakeDeskParts = {}) {
  desk = openFakeDesk({
    releases: ["1", "2"],
    ...parts,
    world: { active: "green", blue: running("1"), green: running("2"), ...world },
  });
  leaveHistory(desk, [recordOf("1"), recordOf("2", { environment: "green", previous: "1" })]);
  return desk.platform.world;
}

const failingCheck: Check = {
  id: "logs",
  title: "Logs",
  deadlineMs: 1_000,
  look: async () => ({ status: "fail", summary: "an old error", remedy: "read it", evidence: {} }),
};

const caught = () =>
  quickRollback(desk).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

test("to a release that still runs a rollback is the switch alone", async () => {
  const world = open();
  expect(await quickRollback(desk)).toMatchObject({ warm: true, course: { release: "1", to: "blue" } });
  expect(desk.platform.changes).toEqual(["switchTo blue"]);
  expect(world.active).toBe("blue");
});

test("a warm rollback asks nothing of what starts and builds", async () => {
  open();
  for (const verb of ["observe", "environments", "assertUsable", "has"] as const) {
    desk.platform.instead.set(verb, () => {
      throw new Error("nothing answers");
    });
  }
  expect(await quickRollback(desk)).toMatchObject({ warm: true });
});

test("a release that is stopped is started, verified, and then switched to", async () => {
  open({ world: { blue: stopped("1") } });
  expect(await quickRollback(desk)).toMatchObject({ warm: false });
  expect(desk.platform.changes).toEqual(["stage blue 1 as it is", "switchTo blue"]);
});

test("an environment that runs another release by now is not taken for the target", async () => {
  open({ world: { blue: running("0") } });
  expect(await quickRollback(desk)).toMatchObject({ warm: false });
  expect(desk.platform.changes).toEqual(["stage blue 1 as it is", "switchTo blue"]);
});

test("a target that runs and answers badly is not switched to as it is", async () => {
  const world = open({ world: { blue: { ...running("1"), status: 500 } } });
  expect(await quickRollback(desk)).toMatchObject({ warm: false });
  expect(world).toMatchObject({ active: "blue", blue: { status: 200 } });
});

test("the release that was left is bad from then on, and no second rollback leads to it", async () => {
  open();
  await quickRollback(desk);
  expect([...badReleases(desk.history())]).toEqual(["2"]);
  expect(await caught()).toMatchObject({ code: "NO_ROLLBACK_TARGET", exitCode: 4 });
});

test("without a release that served well there is nothing to go back to, and nothing changes", async () => {
  desk = openFakeDesk({ world: { blue: running("1") } });
  expect(await caught()).toMatchObject({ code: "NO_ROLLBACK_TARGET", exitCode: 4 });
  expect(desk.platform.changes).toEqual([]);
});

const lost = "warning: --force: no history says that release 1 has served well";

test("where the history is lost, what stands in the other environment is gone to when that is asked for", async () => {
  const parts = { world: { active: "green", blue: running("1"), green: running("2") } } as const;
  desk = openFakeDesk(parts);
  expect(await caught()).toMatchObject({
    code: "NO_ROLLBACK_TARGET",
    remedy: expect.stringContaining("--quick-rollback --force goes to release 1, which stands in blue"),
  });
  expect(desk.platform.changes).toEqual([]);
  desk[Symbol.dispose]();
  desk = openFakeDesk({ ...parts, options: { force: true } });
  expect(await quickRollback(desk)).toMatchObject({ warm: true, course: { release: "1", to: "blue" } });
  expect(desk.said).toContain(lost);
});

test("--force leads to no release that was rolled back from", async () => {
  open({ options: { force: true } });
  await quickRollback(desk);
  expect(await caught()).toMatchObject({ code: "NO_ROLLBACK_TARGET" });
});

test("a proxy that a bad release has choked keeps nobody from leaving that release", async () => {
  const world = open({ configuration: { deadlines: { switch: "1050ms" } } });
  desk.platform.instead.set("proxy", () => {
    throw new Failure("PROXY_DOWN", { message: "no answer within 2000 ms", remedy: "mend it" });
  });
  expect(await caught()).toMatchObject({ code: "PROXY_DOWN", exitCode: 5 });
  expect(world.active).toBe("blue");
  expect(desk.history().at(-1)).toMatchObject({ release: "1", previous: "2", outcome: "rolled-back" });
});

test("a rollback works while the active environment has died", async () => {
  const world = open({ world: { green: stopped("2") } });
  expect(await quickRollback(desk)).toMatchObject({ warm: true });
  expect(world.active).toBe("blue");
});

const crossing = () =>
  leaveHistory(desk, [
    recordOf("2", { environment: "green", migrations: { applied: ["m2"], breaking: ["m2"] } }),
  ]);

test("a migration that the target cannot work with is not crossed, and nothing changes", async () => {
  open();
  crossing();
  expect(await caught()).toMatchObject({ code: "ROLLBACK_CROSSES_MIGRATION", exitCode: 4 });
  expect(desk.platform.changes).toEqual([]);
});

test("--force crosses it, and says so", async () => {
  const world = open({ options: { force: true } });
  crossing();
  await quickRollback(desk);
  expect(world.active).toBe("blue");
  expect(desk.said).toContain("warning: --force: release 1 meets m2, which it cannot work with");
});

test("a check that fails is told of, and refuses no way back", async () => {
  const world = open({ world: { blue: stopped("1") } });
  desk.checks.after = async () => [failingCheck];
  await quickRollback(desk);
  expect(world.active).toBe("blue");
  expect(desk.said).toContain("warning: logs: an old error");
});

test("a start that fails leaves the release that serves where it is", async () => {
  const world = open({ world: { blue: stopped("1") } });
  desk.platform.instead.set("stage", () => {
    throw new Error("no space left");
  });
  expect(await caught()).toMatchObject({ exitCode: 1 });
  expect(world).toMatchObject({ active: "green", blue: { state: "stopped", release: "1" } });
});

test("an interrupted start leaves the target as it was found", async () => {
  const world = open({ world: { blue: stopped("1") } });
  desk.platform.instead.set("stage", () => {
    world.blue = running("1");
    desk.interrupt();
    throw new DOMException("interrupted", "AbortError");
  });
  expect(await caught()).toMatchObject({ code: "INTERRUPTED", exitCode: 130 });
  expect(world).toMatchObject({ active: "green", blue: { state: "stopped", release: "1" } });
});

/** Releases 0, 1 and 2 were deployed; 2 serves, and nothing of 1 is left. */
function withoutImages(between: Partial<HistoryRecord>, parts: FakeDeskParts = {}) {
  const world = {
    active: "green",
    blue: stopped("x"),
    green: running("2"),
    images: new Set(["0", "2"]),
  } as const;
  desk = openFakeDesk({ releases: ["0", "1", "2"], world, ...parts });
  const second = recordOf("2", { environment: "green", previous: "1", ...between });
  leaveHistory(desk, [recordOf("0"), recordOf("1"), second]);
}

const whereBack = async () => (await readStatus(desk.configuration, desk.platform, { last: 1 })).rollback;
const planned = () => planRollback(desk).catch((thrown: unknown) => thrown);

test("where the images of the last good release are gone, the one before it is gone to, and everybody says so", async () => {
  withoutImages({});
  const instead = { release: "0", insteadOf: "1" };
  expect(await whereBack()).toMatchObject({ ...instead, startable: true, breaking: [] });
  expect(await planned()).toMatchObject({
    ...instead,
    lines: ["green serves release 2", "back to release 0 in blue, which has to be started"],
  });
  expect(desk.platform.changes).toEqual([]);
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "0", to: "blue" } });
  expect(desk.said).toContain(
    "warning: release 1, the last good one, cannot be started, since images of it are gone: going back to release 0",
  );
});

test.each([
  ["m1", { applied: ["m1"], breaking: [] }],
  ["what release 2 migrated", { applied: [], breaking: [] }],
])(
  "an older release is not gone to by itself across %s, whatever that was declared to break",
  async (named, migrations) => {
    withoutImages({ migrations });
    const refused = { code: "ROLLBACK_CROSSES_MIGRATION", exitCode: 4, why: expect.stringContaining(named) };
    expect(await whereBack()).toMatchObject({ release: "0", insteadOf: "1", breaking: [named] });
    expect(await planned()).toMatchObject(refused);
    expect(await caught()).toMatchObject({
      ...refused,
      remedy: expect.stringContaining("--force goes to it"),
    });
    expect(desk.platform.changes).toEqual([]);
    desk.options.force = true;
    expect(await quickRollback(desk)).toMatchObject({ course: { release: "0" } });
  },
);

test("where no good release can be started, that is said before anything changes", async () => {
  withoutImages({});
  desk.platform.world.images.clear();
  expect(await whereBack()).toMatchObject({ release: "1", startable: false });
  for (const thrown of [await planned(), await caught()])
    expect(thrown).toMatchObject({ code: "IMAGE_MISSING", exitCode: 4 });
  expect(desk.platform.changes).toEqual([]);
  expect(desk.history()).toHaveLength(3);
});

test("a rollback leads back to a release without a service that was configured since, running or not", async () => {
  const onlyTheNewOne = { withWorker: new Set(["2"]) };
  open({ world: onlyTheNewOne });
  expect(await quickRollback(desk)).toMatchObject({ warm: true, course: { release: "1", to: "blue" } });
  desk[Symbol.dispose]();
  open({ world: { ...onlyTheNewOne, blue: stopped("1") } });
  expect(await quickRollback(desk)).toMatchObject({ warm: false, course: { release: "1", to: "blue" } });
  expect(desk.platform.changes).toEqual(["stage blue 1 as it is", "switchTo blue"]);
});

test("a release that should answer everywhere and does not is not switched to, whatever it was made of", async () => {
  open({ world: { withWorker: new Set(["1", "2"]) } });
  desk.platform.world.withWorker = new Set(["2"]);
  storeOf(desk.configuration).releases.save({
    id: "1",
    createdAt: "2026-11-20T18:00:00.000Z",
    images: { web: "sha256:1", worker: "sha256:1-worker" },
  });
  expect(await caught()).toMatchObject({ code: "VERIFY_FAILED" });
  expect(desk.platform.world.active).toBe("green");
});

test("images that cannot be asked for refuse no way back, and lead to no older release", async () => {
  open({ world: { blue: stopped("0") } });
  desk.platform.instead.set("has", () => {
    throw new Failure("DOCKER_DOWN", { message: "the Docker daemon does not answer", remedy: "start it" });
  });
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "1" } });
});

test("a dry run of a way back says what is to be done, and does none of it", async () => {
  const world = open();
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "stage", phase: "starting" }]);
  expect(await planRollback(desk)).toMatchObject({
    release: "1",
    warm: true,
    lines: [
      expect.stringContaining("cut off in stage, is brought to its end"),
      "green serves release 2",
      "back to release 1 in blue, which still runs",
    ],
  });
  expect(world.active).toBe("green");
  expect(desk.platform.changes).toEqual([]);
});

const deploying = courseOf({
  release: "3",
  from: "green",
  serving: "2",
  to: "blue",
  occupant: "1",
  occupantWarm: true,
});

test("a deployment that was cut off before its switch is taken back, and what serves is left for the release before", async () => {
  const world = open({ world: { blue: running("3") } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "stage", phase: "starting" }]);
  expect(await quickRollback(desk)).toMatchObject({ warm: true, course: { release: "1", to: "blue" } });
  expect(world).toMatchObject({ active: "blue", blue: { release: "1", state: "ready" } });
  expect(desk.history().at(-2)).toMatchObject({ release: "3", outcome: "aborted" });
  expect(desk.history().at(-1)).toMatchObject({ release: "1", previous: "2", outcome: "rolled-back" });
});

test("a deployment that was cut off behind its switch is taken back to the release before", async () => {
  const world = open({ world: { active: "blue", blue: running("3"), green: running("2") } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "watch", phase: "starting" }]);
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "2", to: "green" } });
  expect(world.active).toBe("green");
  expect(desk.history().at(-1)).toMatchObject({ release: "3", outcome: "failed" });
});

test("when the release before cannot take the traffic back as it is, it is started", async () => {
  const world = open({ world: { active: "blue", blue: running("3"), green: stopped("2") } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "watch", phase: "starting" }]);
  expect(await quickRollback(desk)).toMatchObject({ warm: false, course: { release: "2", to: "green" } });
  expect(world).toMatchObject({ active: "green", green: { state: "ready", release: "2" } });
});

test("what cannot be written down of a run that was cut off keeps nobody from the way back", async () => {
  const world = open({ world: { blue: running("3") } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "stage", phase: "starting" }]);
  sealHistory(desk);
  expect(await caught()).toMatchObject({
    code: "JOURNAL_NOT_WRITTEN",
    message: expect.stringContaining("release 1 serves from blue, but that could not be written down"),
    exitCode: 5,
  });
  expect(world).toMatchObject({ active: "blue", blue: { release: "1" } });
});

test("traffic that was given back is said to be, also where that cannot be written down", async () => {
  const world = open({ world: { active: "blue", blue: running("3"), green: running("2") } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "watch", phase: "starting" }]);
  sealHistory(desk);
  expect(await caught()).toMatchObject({
    message: expect.stringContaining("green serves again, but that could not be written down"),
    exitCode: 5,
  });
  expect(world.active).toBe("green");
});

test("a run that was cut off before somebody moved the traffic by hand leads no rollback astray", async () => {
  const world = open({ world: { active: "blue" } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "build", phase: "starting" }]);
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "2", to: "green" }, steps: [{}] });
  expect(world.active).toBe("green");
  expect(desk.history().at(-2)).toMatchObject({ release: "3", outcome: "aborted" });
});

const goingBack = courseOf({ command: "rollback", release: "1", serving: "2", from: "green", to: "blue" });

test("a rollback that was cut off before its switch is made again", async () => {
  const world = open();
  leaveJournal(desk, goingBack, [{ kind: "step", step: "switch", phase: "starting" }]);
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "1", to: "blue" } });
  expect(world.active).toBe("blue");
});

test("a rollback that was cut off behind its switch has been made", async () => {
  const world = open({ world: { active: "blue" } });
  leaveJournal(desk, goingBack, [{ kind: "step", step: "switch", phase: "starting" }]);
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "1", to: "blue" }, steps: [] });
  expect(desk.platform.changes).toEqual([]);
  expect(world.active).toBe("blue");
  expect(desk.history().at(-1)).toMatchObject({ release: "1", outcome: "rolled-back" });
});

test("a dry run says of a way back that was made, or of traffic that was given back, that it stays", async () => {
  open({ world: { active: "blue" } });
  leaveJournal(desk, goingBack, [{ kind: "step", step: "switch", phase: "starting" }]);
  expect(await planRollback(desk)).toMatchObject({
    release: "1",
    to: "blue",
    lines: [expect.stringContaining("is brought to its end"), "release 1 serves from blue, and stays"],
  });
  expect(desk.platform.changes).toEqual([]);
  desk[Symbol.dispose]();
  open({ world: { blue: running("3") } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "switch", phase: "undoing" }]);
  expect(await planRollback(desk)).toMatchObject({ release: "2", to: "green" });
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "2", to: "green" }, steps: [] });
});

test("a rollback that failed behind its switch and was cut off before it was put back leads to no release that was left", async () => {
  const world = open({ world: { active: "blue" } });
  leaveJournal(desk, goingBack, [
    { kind: "step", step: "switch", phase: "starting" },
    { kind: "step", step: "switch", phase: "failed", code: "SWITCH_NOT_PROVEN" },
  ]);
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "1", to: "blue" }, steps: [] });
  expect(desk.platform.changes).toEqual([]);
  expect(world.active).toBe("blue");
  expect(desk.history().at(-1)).toMatchObject({ release: "1", previous: "2", outcome: "rolled-back" });
});

test("a rollback that was cut off behind its switch is not taken back for a proxy that says nothing", async () => {
  const configuration = { deadlines: { switch: "1050ms" } };
  const world = open({ configuration, world: { active: "blue", proxy: "down" } });
  leaveJournal(desk, goingBack, [{ kind: "step", step: "switch", phase: "starting" }]);
  desk.platform.instead.set("proxy", () => {
    throw new Failure("PROXY_DOWN", { message: "no answer within 2000 ms", remedy: "mend it" });
  });
  expect(await caught()).toMatchObject({ code: "PROXY_DOWN", exitCode: 5 });
  expect(desk.platform.changes).toEqual([]);
  expect(world.active).toBe("blue");
  expect(desk.history().at(-1)).toMatchObject({ release: "1", previous: "2", outcome: "rolled-back" });
});

test.each([
  ["to nothing", { state: "absent", release: undefined, status: 200 }, stopped("2")],
  ["to what answers badly", { ...running("1"), status: 500 }, running("2")],
] as const)(
  "where a rollback that was cut off behind its switch leads %s, the other good release is brought back",
  async (_, blue, green) => {
    const world = open({ world: { active: "blue", blue, green } });
    leaveJournal(desk, goingBack, [{ kind: "step", step: "switch", phase: "starting" }]);
    expect(await quickRollback(desk)).toMatchObject({ course: { release: "2", to: "green" } });
    expect(world).toMatchObject({ active: "green", green: { state: "ready", release: "2" } });
  },
);

test("what an unproven way back has given back already is not gone beyond", async () => {
  const parts = { releases: ["1"], configuration: { deadlines: { switch: "1050ms" } } };
  const world = open({ ...parts, world: { active: "blue", blue: running("3"), green: running("2") } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "watch", phase: "starting" }]);
  desk.platform.instead.set("proxy", () => {
    throw new Failure("PROXY_DOWN", { message: "no answer within 2000 ms", remedy: "mend it" });
  });
  expect(await caught()).toMatchObject({ code: "PROXY_DOWN" });
  expect(world.active).toBe("green");
  desk.platform.instead.delete("proxy");
  expect(await quickRollback(desk)).toMatchObject({ course: { release: "2", to: "green" }, steps: [] });
  expect(world).toMatchObject({ active: "green", blue: { release: "1" } });
  expect([...badReleases(desk.history())]).toEqual(["3"]);
});

test("the traffic is back before Docker is needed to clear away what it left", async () => {
  const world = open({ world: { active: "blue", blue: running("3"), green: running("2") } });
  leaveJournal(desk, deploying, [{ kind: "step", step: "watch", phase: "starting" }]);
  for (const verb of ["observe", "environments", "drain", "remove", "stage", "has"] as const) {
    desk.platform.instead.set(verb, () => {
      throw new Failure("DOCKER_DOWN", { message: "the Docker daemon does not answer", remedy: "start it" });
    });
  }
  expect(await caught()).toMatchObject({
    code: "DOCKER_DOWN",
    message: expect.stringContaining("green serves again, but blue could not be cleared away"),
    exitCode: 5,
  });
  expect(world.active).toBe("green");
});
