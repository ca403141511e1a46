import { afterEach, expect, test } from "bun:test";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import {
  type Course,
  findUnfinished,
  type JournalEntry,
  type StepName,
} from "../../../../sdk/jobs/deploy/course.ts";
import { badReleases } from "../../../../sdk/jobs/deploy/history.ts";
import type { Settled } from "../../../../sdk/jobs/deploy/settle/end.ts";
import { settle, unfinishedRun } from "../../../../sdk/jobs/deploy/settle/settle.ts";
import { courseOf, type FakeDesk, type FakeDeskParts, leaveJournal, openFakeDesk } from "../fake-desk.ts";
import { type FakeEnvironment, running, stopped } from "../fake-platform.ts";

const steps: StepName[] = [
  "pre-check",
  "permissions",
  "backup",
  "build",
  "stage",
  "migrate",
  "verify",
  "switch",
  "watch",
  "retire",
];

/** What a run has written when it is cut off in a step, or just behind it. */
function upTo(last: StepName, phase: "starting" | "done"): JournalEntry[] {
  const before = steps.slice(0, steps.indexOf(last));
  return [
    ...before.flatMap((step): JournalEntry[] => [
      { kind: "step", step, phase: "starting" },
      { kind: "step", step, phase: "done" },
    ]),
    { kind: "step", step: last, phase: "starting" },
    ...(phase === "done" ? [{ kind: "step", step: last, phase } satisfies JournalEntry] : []),
  ];
}

const cuts: [string, JournalEntry[]][] = [
  ["before its first step", []],
  ...steps.map((step): [string, JournalEntry[]] => [`in ${step}`, upTo(step, "starting")]),
  ...steps.map((step): [string, JournalEntry[]] => [`behind ${step}`, upTo(step, "done")]),
];
const fromStageOn = cuts.filter(([, entries]) =>
  entries.some((entry) => entry.kind === "step" && entry.step === "stage"),
);
const beforeStage = cuts.filter((cut) => !fromStageOn.includes(cut));

const bad = (release: string): FakeEnvironment => ({ ...running(release), status: 500 });

let desk: FakeDesk;
afterEach(() => desk[Symbol.dispose]());

/** Leaves a run cut off, and settles it. */
async function settled(
  parts: FakeDeskParts,
  entries: readonly JournalEntry[],
  verdict: "judge" | "old" | "leave" = "judge",
  course: Course = courseOf(),
): Promise<Settled> {
  desk = openFakeDesk(parts);
  leaveJournal(desk, course, entries);
  return settle(desk, unfinishedIn(desk), desk.platform.world.active, verdict);
}

function unfinishedIn(on: FakeDesk) {
  const left = unfinishedRun(on);
  if (left === undefined) throw new Error("nothing is unfinished");
  return left;
}

const unfinished = () => findUnfinished(desk.configuration.state("journals"));

test.each(beforeStage)(
  "cut off %s, a deployment has touched nothing, and nothing is touched",
  async (_, entries) => {
    const parts: FakeDeskParts = { world: { blue: running("1"), green: running("0") }, releases: ["0"] };
    expect(
      await settled(parts, entries, "judge", courseOf({ occupant: "0", occupantWarm: true })),
    ).toMatchObject({
      outcome: "aborted",
      release: "2",
    });
    expect(desk.platform.changes).toEqual([]);
    expect(unfinished()).toBeUndefined();
  },
);

test.each(beforeStage)(
  "cut off %s, a stack that Switchover did not start is left alone",
  async (_, entries) => {
    await settled({ world: { blue: running(undefined), green: running(undefined) } }, entries);
    expect(desk.platform.changes).toEqual([]);
  },
);

test.each(fromStageOn)("cut off %s without a switch, a deployment is cleared away", async (_, entries) => {
  const outcome = await settled({ world: { blue: running("1"), green: running("2") } }, entries);
  expect(outcome).toMatchObject({ outcome: "aborted" });
  expect(desk.platform.changes).toEqual(["remove green"]);
  expect(desk.platform.world).toMatchObject({ active: "blue", blue: { state: "ready" } });
  expect(unfinished()).toBeUndefined();
});

test.each(fromStageOn)(
  "cut off %s without a switch, what was warm before is warm again",
  async (_, entries) => {
    const course = courseOf({ occupant: "0", occupantWarm: true });
    await settled(
      { world: { blue: running("1"), green: running("2") }, releases: ["0"] },
      entries,
      "judge",
      course,
    );
    expect(desk.platform.world.green).toMatchObject({ release: "0", state: "ready" });
  },
);

test("what was stopped before is stopped again", async () => {
  const course = courseOf({ occupant: "0", occupantWarm: false });
  const parts = { world: { blue: running("1"), green: running("2") }, releases: ["0"] };
  await settled(parts, upTo("verify", "starting"), "judge", course);
  expect(desk.platform.world.green).toMatchObject({ release: "0", state: "stopped" });
});

test("what was there before and cannot be had again is removed", async () => {
  const course = courseOf({ occupant: "0", occupantWarm: true });
  await settled(
    { world: { blue: running("1"), green: running("2") } },
    upTo("verify", "starting"),
    "judge",
    course,
  );
  expect(desk.platform.world.green.state).toBe("absent");
});

test.each(["judge", "old", "leave"] as const)(
  "a run of another release than the one that has the traffic takes nothing back (%s)",
  async (verdict) => {
    const parts: FakeDeskParts = { world: { active: "green", blue: running("1"), green: running("0") } };
    expect(await settled(parts, upTo("build", "starting"), verdict)).toMatchObject({
      outcome: "aborted",
      text: "release 0 serves from green, which this run did not put into service",
    });
    expect(desk.platform.changes).toEqual([]);
    expect(unfinished()).toBeUndefined();
  },
);

test("a run that went on with an earlier one is cleared away by what stands there", async () => {
  await settled({ world: { blue: running("1"), green: running("2") } }, upTo("build", "starting"));
  expect(desk.platform.changes).toEqual(["remove green"]);
});

test.each(cuts)("cut off %s, a switch to a release that serves well is kept", async (_, entries) => {
  const parts: FakeDeskParts = { world: { active: "green", blue: running("1"), green: running("2") } };
  expect(await settled(parts, entries)).toMatchObject({ outcome: "deployed" });
  expect(desk.platform.changes).toEqual([]);
  expect(desk.history()).toMatchObject([{ release: "2", outcome: "deployed", reason: "cut off" }]);
});

test("a run with a service more that was cut off gives the traffic back to a release without it", async () => {
  const green = { ...running("2"), status: 500 };
  const withWorker = new Set(["2"]);
  const parts = {
    world: { active: "green", blue: running("1"), green, withWorker },
    releases: ["1"],
  } as const;
  expect(await settled(parts, upTo("watch", "starting"))).toMatchObject({
    outcome: "failed",
    text: "blue serves again",
  });
});

const someCuts = cuts.filter((_, index) => index % 6 === 0);

test.each(someCuts)(
  "cut off %s, a switch to a release that answers badly is put back",
  async (_, entries) => {
    const parts: FakeDeskParts = { world: { active: "green", blue: running("1"), green: bad("2") } };
    expect(await settled(parts, entries)).toMatchObject({ outcome: "failed" });
    expect(desk.platform.changes).toEqual(["switchTo blue", "remove green"]);
    expect(desk.history()).toMatchObject([{ release: "2", outcome: "failed" }]);
  },
);

test.each(cuts)(
  "cut off %s, a switch is put back all the same when that is asked for",
  async (_, entries) => {
    const parts: FakeDeskParts = { world: { active: "green", blue: running("1"), green: running("2") } };
    expect(await settled(parts, entries, "old")).toMatchObject({ outcome: "failed" });
    expect(desk.platform.world.active).toBe("blue");
  },
);

test.each(cuts)("cut off %s, a run that is given up is ended and changes nothing", async (_, entries) => {
  const parts: FakeDeskParts = { world: { active: "green", blue: running("1"), green: bad("2") } };
  expect(await settled(parts, entries, "leave")).toMatchObject({ outcome: "failed" });
  expect(desk.platform.changes).toEqual([]);
});

test.each([
  ["is stopped", stopped("1"), courseOf()],
  ["answers badly", bad("1"), courseOf()],
  ["is another release by now", running("0"), courseOf()],
])(
  "when neither release serves, and the one before %s, a person is needed and the run stays open",
  async (_, blue, course) => {
    const parts: FakeDeskParts = { world: { active: "green", blue, green: bad("2") } };
    const thrown = await settled(parts, upTo("watch", "starting"), "judge", course).catch(
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(Failure);
    expect(thrown).toMatchObject({ code: "UNFINISHED_DEPLOYMENT", exitCode: 4 });
    expect(desk.platform.changes).toEqual([]);
    expect(unfinished()?.course).toEqual(course);
  },
);

test.each([
  ["stage", "DOCKER_DOWN", "failed", false],
  ["backup", "DEADLINE_EXCEEDED", "failed", false],
  ["verify", "INTERRUPTED", "interrupted", false],
  ["stage", "SERVICE_UNHEALTHY", "failed", true],
  ["switch", "PROXY_DISAGREES", "failed", false],
  ["watch", "WATCH_FAILED", "failed", true],
] as const)(
  "a run whose %s ended with %s, and could not be put back, is judged by that when it is cleared away",
  async (step, code, outcome, isBad) => {
    const entries: JournalEntry[] = [
      ...upTo(step, "starting"),
      { kind: "step", step, phase: "failed", detail: "so it went", code },
      { kind: "step", step, phase: "undoing" },
    ];
    const world = {
      blue: running("1"),
      green: running("2"),
      active: step === "watch" ? "green" : "blue",
    } as const;
    expect(await settled({ world }, entries, "old")).toMatchObject({ outcome });
    expect(desk.history()).toMatchObject([{ release: "2", outcome, code, step, reason: "so it went" }]);
    expect(badReleases(desk.history()).has("2")).toBe(isBad);
  },
);

test("a first release that does not serve well stands in no deployment's way", async () => {
  const parts: FakeDeskParts = { world: { active: "green", green: bad("2") } };
  const first = courseOf({ fromRuns: false });
  expect(await settled(parts, upTo("watch", "starting"), "judge", first)).toMatchObject({
    outcome: "failed",
  });
  expect(desk.platform.changes).toEqual([]);
  expect(unfinished()).toBeUndefined();
});

const rollback = courseOf({
  command: "rollback",
  release: "1",
  serving: "2",
  from: "green",
  to: "blue",
  occupant: "1",
  occupantWarm: true,
});

test("a rollback that was cut off before its switch changed nothing", async () => {
  const parts: FakeDeskParts = { world: { active: "green", blue: running("1"), green: running("2") } };
  expect(await settled(parts, upTo("switch", "starting"), "judge", rollback)).toMatchObject({
    outcome: "aborted",
  });
  expect(desk.platform.changes).toEqual([]);
});

test("what a rollback had started before it was cut off is stopped again", async () => {
  const parts: FakeDeskParts = {
    world: { active: "green", blue: running("1"), green: running("2") },
    releases: ["1"],
  };
  const cold = { ...rollback, occupantWarm: false };
  expect(await settled(parts, upTo("verify", "starting"), "judge", cold)).toMatchObject({
    outcome: "aborted",
  });
  expect(desk.platform.world.blue).toMatchObject({ release: "1", state: "stopped" });
});

test("what a rollback had started is left to the one that follows it", async () => {
  const parts: FakeDeskParts = { world: { active: "green", blue: running("1"), green: running("2") } };
  await settled(parts, upTo("verify", "starting"), "leave", { ...rollback, occupantWarm: false });
  expect(desk.platform.changes).toEqual([]);
});

test("a rollback that was cut off behind its switch is kept, and stands in the history as one", async () => {
  const parts: FakeDeskParts = { world: { active: "blue", blue: running("1"), green: running("2") } };
  expect(await settled(parts, upTo("switch", "starting"), "judge", rollback)).toMatchObject({
    outcome: "rolled-back",
  });
  expect(desk.history()).toMatchObject([{ outcome: "rolled-back", release: "1", previous: "2" }]);
});

test("one that is interrupted says that it is still to be done", async () => {
  const parts: FakeDeskParts = { world: { active: "green", blue: running("1"), green: running("2") } };
  desk = openFakeDesk(parts);
  leaveJournal(desk, courseOf(), upTo("watch", "starting"));
  const left = unfinishedIn(desk);
  desk.platform.instead.set("remove", () => {
    desk.interrupt();
    throw new DOMException("interrupted", "AbortError");
  });
  const thrown = await settle(desk, left, "green", "old").catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "INTERRUPTED", message: expect.stringContaining("still to be done") });
  expect(unfinished()).toBeDefined();
});
