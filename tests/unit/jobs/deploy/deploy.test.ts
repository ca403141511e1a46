import { afterEach, expect, setSystemTime, test } from "bun:test";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { acquireLock } from "../../../../sdk/core/lock/index.ts";
import { abort, deploy, planOnly, resume } from "../../../../sdk/jobs/deploy/deploy.ts";
import { badReleases, rollbackTarget } from "../../../../sdk/jobs/deploy/history.ts";
import {
  courseOf,
  type FakeDesk,
  leaveHistory,
  leaveJournal,
  openFakeDesk,
  recordOf,
  sealHistory,
} from "../fake-desk.ts";
import { running } from "../fake-platform.ts";

let desk: FakeDesk;
afterEach(() => desk[Symbol.dispose]());
afterEach(() => setSystemTime());

const shared = { mode: "shared", service: "db", name: "app", user: "app" };
const open = (...parts: Parameters<typeof openFakeDesk>) => {
  desk = openFakeDesk(...parts);
  return desk.platform.world;
};
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

test("the first deployment ever serves", async () => {
  const world = open({ world: { proxy: "down" } });
  const { course } = await deploy(desk, "1");
  expect(course).toMatchObject({ fromRuns: false, to: "green" });
  expect(world).toMatchObject({ active: "green", green: { state: "ready", release: "1" } });
  expect(desk.platform.changes).toEqual(["build 1", "stage green 1 anew", "switchTo green"]);
});

test("a deployment leaves the release before it warm", async () => {
  const world = open({ world: { blue: running("1") } });
  await deploy(desk, "2");
  expect(world).toMatchObject({ active: "green", blue: { state: "ready", release: "1" } });
});

test("a deployment stops the release before it where that is wanted", async () => {
  const world = open({ world: { blue: running("1") }, configuration: { keepPrevious: false } });
  await deploy(desk, "2");
  expect(world).toMatchObject({ active: "green", blue: { state: "stopped" } });
});

test("a release that is here already is not built again", async () => {
  open({ world: { blue: running("1") }, releases: ["2"] });
  await deploy(desk, "2");
  expect(desk.platform.changes).toEqual(["stage green 2 anew", "switchTo green"]);
});

test("a release that answers badly never gets the traffic, and what stood there before is back", async () => {
  const world = open({ world: { blue: running("1"), green: running("0") }, releases: ["0"] });
  desk.platform.instead.set("stage", () => {
    world.green = { ...running("2"), status: 500 };
    desk.platform.instead.delete("stage");
  });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "VERIFY_FAILED", exitCode: 1 });
  expect(desk.platform.changes).toEqual(["build 2", "stage green 2 anew", "stage green 0 as it is"]);
  expect(world).toMatchObject({ active: "blue", green: { state: "ready", release: "0" } });
});

test("an environment that stays on the old release is not taken for the new one", async () => {
  const world = open({ world: { blue: running("1") } });
  desk.platform.instead.set("stage", () => {
    world.green = running("1");
  });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "WRONG_RELEASE_ANSWERED", exitCode: 1 });
  expect(world.active).toBe("blue");
});

test("trouble after the switch gives the traffic back by itself", async () => {
  const world = open({
    world: { blue: running("1"), trouble: { service: "web", reason: "died with exit code 1" } },
  });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "WATCH_FAILED", exitCode: 1 });
  expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
});

test("a release with a service more gives the traffic back to the one before, which has none of it", async () => {
  const world = open({
    world: {
      blue: running("1"),
      withWorker: new Set(["2"]),
      trouble: { service: "worker", reason: "died with exit code 1" },
    },
    releases: ["1"],
  });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "WATCH_FAILED", exitCode: 1 });
  expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
});

test("a release that was made without a service is neither deployed nor gone on with, and nothing changes", async () => {
  const web = { name: "web", ports: { blue: 4000, green: 5000 }, frontDoorPath: "/" };
  const configuration = { services: [web, { name: "worker", releaseHeader: null }] };
  open({ world: { blue: running("2") }, releases: ["1", "2"], configuration });
  const refused = { code: "IMAGE_MISSING", message: "release 1 was made without worker", exitCode: 4 };
  expect(await caught(deploy(desk, "1"))).toMatchObject(refused);
  expect(await caught(planOnly(desk, "1"))).toMatchObject(refused);
  leaveJournal(desk, courseOf({ release: "1", serving: "2" }), [
    { kind: "step", step: "stage", phase: "starting" },
  ]);
  expect(await caught(resume(desk))).toMatchObject(refused);
  expect(desk.platform.changes).toEqual([]);
});

test("a switch that moves nothing is found out and put back", async () => {
  const world = open({ world: { blue: running("1") }, configuration: { deadlines: { switch: "50ms" } } });
  desk.platform.instead.set("switchTo", () => {});
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "PROXY_DISAGREES", exitCode: 1 });
  expect(world.active).toBe("blue");
  expect(badReleases(desk.history()).size).toBe(0);
});

test("a breaking migration that nobody confirms is not applied", async () => {
  const migrations = [{ id: "m2", applied: false, breaksPrevious: true }];
  const database = { ...shared, migrations: { service: "web", command: ["up"] } };
  const world = open({ world: { blue: running("1"), migrations }, configuration: { database } });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "INTERRUPTED", exitCode: 130 });
  expect(world).toMatchObject({ active: "blue", migrations: [{ applied: false }] });
});

test("migrations that are applied are in the history, with those that break the release before", async () => {
  const migrations = [
    { id: "m1", applied: true, breaksPrevious: false },
    { id: "m2", applied: false, breaksPrevious: true },
  ];
  const database = { ...shared, migrations: { service: "web", command: ["up"] } };
  open({ world: { blue: running("1"), migrations }, configuration: { database }, options: { yes: true } });
  await deploy(desk, "2");
  expect(desk.history()).toMatchObject([{ migrations: { applied: ["m2"], breaking: ["m2"] } }]);
});

test("a plan changes nothing and leaves nothing behind", async () => {
  open({ world: { blue: running("1") } });
  expect((await planOnly(desk, "2")).course.to).toBe("green");
  expect(desk.platform.changes).toEqual([]);
  expect(desk.history()).toEqual([]);
});

test("a plan tells first what has to come to its end: a run that was cut off, or one that is at work", async () => {
  open({ world: { blue: running("1"), green: running("2") } });
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "stage", phase: "starting" }]);
  expect((await planOnly(desk, "3")).lines[0]).toBe(
    "first run 20261120-180227-001 of release 2, cut off in stage, is brought to its end; the rest is planned after that",
  );
  const holder = { pid: process.pid, command: "backup-db", since: new Date().toISOString(), doing: "dump" };
  using _lock = acquireLock(desk.configuration.state("lock"), holder);
  const { lines } = await planOnly(desk, "3");
  expect(lines.slice(0, 2)).toEqual([
    "backup-db is at work (dump), and must end first",
    "blue serves release 1",
  ]);
});

test("a deployment first brings what was cut off to its end", async () => {
  const world = open({ world: { blue: running("1"), green: running("2") } });
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "stage", phase: "starting" }]);
  await deploy(desk, "3");
  expect(world).toMatchObject({ active: "green", green: { release: "3" } });
  expect(desk.history()).toMatchObject([
    { release: "2", outcome: "aborted" },
    { release: "3", outcome: "deployed" },
  ]);
});

test("a deployment that cannot write down the end of an earlier run has done nothing, and says so", async () => {
  const world = open({ world: { active: "green", blue: running("1"), green: running("2") } });
  leaveHistory(desk, [recordOf("1")]);
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "watch", phase: "starting" }]);
  sealHistory(desk);
  expect(await caught(deploy(desk, "3"))).toMatchObject({
    code: "JOURNAL_NOT_WRITTEN",
    message: expect.stringContaining("release 2 serves from green, and stays, but that could not be written"),
    exitCode: 1,
  });
  expect(world).toMatchObject({ active: "green", blue: { release: "1" } });
});

test("a run is not resumed where another release has the traffic by now", async () => {
  open({ world: { active: "green", blue: running("1"), green: running("0") } });
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "build", phase: "starting" }]);
  expect(await resume(desk)).toMatchObject({ outcome: "aborted", release: "2" });
  expect(desk.platform.changes).toEqual([]);
});

test("a way back that was made and is resumed stays where the proxy answers nobody, which is said", async () => {
  const configuration = { deadlines: { switch: "1050ms" } };
  const world = open({ configuration, world: { blue: running("1"), green: running("2"), proxy: "down" } });
  const back = courseOf({ command: "rollback", release: "1", serving: "2", from: "green", to: "blue" });
  leaveJournal(desk, back, [{ kind: "step", step: "switch", phase: "starting" }]);
  expect(await caught(resume(desk))).toMatchObject({
    code: "PROXY_DOWN",
    message: expect.stringContaining("the traffic goes to blue, where release 1 runs"),
    exitCode: 5,
  });
  expect(world.active).toBe("blue");
  expect(desk.history().at(-1)).toMatchObject({ release: "1", outcome: "rolled-back" });
});

test("a release that cannot be one is refused before what was cut off is touched", async () => {
  open({ world: { blue: running("1"), green: running("2") } });
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "stage", phase: "starting" }]);
  for (const attempt of [deploy(desk, ""), planOnly(desk, "")])
    expect(await caught(attempt)).toMatchObject({ code: "RELEASE_ID_INVALID", exitCode: 2 });
  expect(desk.platform.changes).toEqual([]);
});

test("with nothing cut off there is nothing to resume and nothing to abort", async () => {
  open({ world: { blue: running("1") } });
  for (const verb of [resume, abort])
    expect(await caught(verb(desk))).toMatchObject({ code: "NOTHING_TO_RESUME", exitCode: 2 });
});

test("a deployment that was cut off before its switch is resumed to its end", async () => {
  const world = open({ world: { blue: running("1"), green: running("2") }, releases: ["2"] });
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "verify", phase: "starting" }]);
  await resume(desk);
  expect(world.active).toBe("green");
  expect(desk.history()).toMatchObject([{ release: "2", outcome: "deployed" }]);
  expect(await caught(resume(desk))).toMatchObject({ code: "NOTHING_TO_RESUME" });
});

test("a deployment that was cut off after its switch is resumed, without touching what serves", async () => {
  const world = open({
    world: { active: "green", blue: running("1"), green: running("2") },
    releases: ["2"],
  });
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "watch", phase: "starting" }]);
  await resume(desk);
  expect(desk.platform.changes).toEqual([]);
  expect(world.active).toBe("green");
  expect(desk.history()).toMatchObject([{ release: "2", outcome: "deployed" }]);
});

test("trouble in a watch that was resumed gives the traffic back", async () => {
  const world = open({
    world: {
      active: "green",
      blue: running("1"),
      green: running("2"),
      trouble: { service: "web", reason: "became unhealthy" },
    },
    releases: ["2"],
  });
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "watch", phase: "starting" }]);
  expect(await caught(resume(desk))).toMatchObject({ code: "WATCH_FAILED", exitCode: 1 });
  expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
});

test("a watch that was resumed gives nothing back across a migration that breaks the release before", async () => {
  const world = open({
    world: {
      active: "green",
      blue: running("1"),
      green: running("2"),
      trouble: { service: "web", reason: "died" },
    },
    releases: ["2"],
  });
  leaveJournal(desk, courseOf(), [
    { kind: "migrating", applied: ["m2"], breaking: ["m2"] },
    { kind: "step", step: "watch", phase: "starting" },
  ]);
  expect(await caught(resume(desk))).toMatchObject({ code: "UNDO_FAILED", exitCode: 4 });
  expect(world.active).toBe("green");
});

test("an abort after the switch gives the traffic back to a release that runs well", async () => {
  const world = open({
    world: { active: "green", blue: running("1"), green: running("2") },
    releases: ["1"],
  });
  leaveHistory(desk, [recordOf("1")]);
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "watch", phase: "starting" }]);
  expect(await abort(desk)).toMatchObject({ outcome: "aborted", release: "2" });
  expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
});

test("an abort makes no release bad that serves well, and leaves the way to it open; nor does one that is cut off itself", async () => {
  open({ world: { active: "green", blue: running("2"), green: running("1") }, releases: ["1", "2"] });
  leaveHistory(desk, [recordOf("1"), recordOf("2")]);
  const again = courseOf({ release: "1", serving: "2", occupant: "1" });
  leaveJournal(desk, again, [{ kind: "step", step: "watch", phase: "starting" }]);
  desk.platform.instead.set("remove", () => {
    throw new Failure("DOCKER_DOWN", { message: "no answer", remedy: "start it" });
  });
  expect(await caught(abort(desk))).toMatchObject({ code: "DOCKER_DOWN", exitCode: 5 });
  desk.platform.instead.clear();
  expect(await abort(desk)).toMatchObject({ outcome: "aborted", release: "1" });
  expect([...badReleases(desk.history())]).toEqual([]);
  expect(rollbackTarget(desk.history(), "2")?.release).toBe("1");
});

test.each(["green", "blue"] as const)(
  "an abort that was cut off while it gave the traffic back, and left it in %s, makes no release bad that serves well",
  async (active) => {
    const world = open({ world: { active, blue: running("1"), green: running("2") } });
    leaveHistory(desk, [recordOf("1")]);
    leaveJournal(desk, courseOf(), [
      { kind: "step", step: "watch", phase: "starting" },
      { kind: "step", step: "stage", phase: "done" },
      { kind: "step", step: "switch", phase: "undoing" },
    ]);
    expect(await abort(desk)).toMatchObject({ outcome: "aborted", release: "2" });
    expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
    expect([...badReleases(desk.history())]).toEqual([]);
  },
);

test("an abort of a release that does not serve well makes it bad", async () => {
  open({ world: { active: "green", blue: running("1"), green: { ...running("2"), status: 500 } } });
  leaveHistory(desk, [recordOf("1")]);
  leaveJournal(desk, courseOf(), [{ kind: "step", step: "watch", phase: "starting" }]);
  expect(await abort(desk)).toMatchObject({ outcome: "failed" });
  expect([...badReleases(desk.history())]).toEqual(["2"]);
});

test("a check that fails at the front door gives the traffic back, and says what it saw", async () => {
  const world = open({ world: { blue: running("1") } });
  const seen: string[] = [];
  desk.checks.frontDoor = async (target, release) => {
    seen.push(`${world.active} ${target} ${release}`);
    const look = async () => ({ status: "fail" as const, summary: "no CORS header", remedy: "mend nginx" });
    return [{ id: "http-endpoint:login", title: "Login", deadlineMs: 1_000, look }];
  };
  const thrown = await caught(deploy(desk, "2"));
  expect(thrown).toMatchObject({
    code: "WATCH_FAILED",
    message: "Login: no CORS header",
    remedy: "mend nginx",
  });
  expect(seen).toEqual(["green green 2"]);
  expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
});

test("what serves without a label of its services, and lacks one that is new, is known by its answer, and given the traffic back", async () => {
  const world = open({
    world: { blue: running("1"), withWorker: new Set(["2"]) },
    releases: ["1"],
    configuration: { deadlines: { switch: "1050ms" } },
  });
  const observe = desk.platform.observe.bind(desk.platform);
  desk.platform.observe = async () => {
    const seen = await observe();
    const blue = { ...seen.environments.blue, state: "partial", release: undefined } as const;
    return { ...seen, environments: { ...seen.environments, blue } };
  };
  const look = async () => ({ status: "fail" as const, summary: "no CORS header", remedy: "mend nginx" });
  desk.checks.frontDoor = async () => [{ id: "login", title: "Login", deadlineMs: 1_000, look }];
  expect((await planOnly(desk, "2")).course).toMatchObject({ serving: "1", fromRuns: true });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "WATCH_FAILED", exitCode: 1 });
  expect(world.active).toBe("blue");
  expect(desk.history().at(-1)).toMatchObject({ release: "2", previous: "1", outcome: "failed" });
});

test("no secret that the run knows comes out of a check into its failure", async () => {
  open({ world: { blue: running("1") } });
  desk.redact = (text) => text.replaceAll("hunter-2", "[redacted]");
  const fails = async () => {
    const look = async () => ({ status: "fail" as const, summary: "denied: hunter-2" });
    return [{ id: "postgres", title: "PostgreSQL", deadlineMs: 1_000, look }];
  };
  for (const when of ["before", "after", "frontDoor"] as const) {
    desk.checks = { before: async () => [], after: async () => [], frontDoor: async () => [], [when]: fails };
    const thrown = await caught(deploy(desk, `2-${when}`));
    expect(thrown).toMatchObject({ details: { findings: [{ summary: "denied: [redacted]" }] } });
    expect(String(thrown)).not.toContain("hunter-2");
  }
});

const silent = () =>
  new Failure("PROXY_DOWN", { message: "the proxy does not say where it sends requests", remedy: "mend it" });

/** The proxy gives no answer to the next questions, from the switch on. */
function hangsAtTheSwitch(questions: number): void {
  const { instead, world } = desk.platform;
  let left = questions;
  instead.set("proxy", () => {
    if (world.active === "blue" || left === 0) return;
    left -= 1;
    throw silent();
  });
}

test("a proxy that is late at the switch is asked again", async () => {
  const world = open({ world: { blue: running("1") } });
  hangsAtTheSwitch(3);
  await deploy(desk, "2");
  expect(world).toMatchObject({ active: "green" });
});

test("a release that goes wrong between its proof and the switch never gets the traffic", async () => {
  const world = open({ world: { blue: running("1") } });
  desk.platform.instead.set("proxy", () => {
    if (desk.said.includes("done verify")) world.green = { ...world.green, status: 500 };
  });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "VERIFY_FAILED", exitCode: 1 });
  expect(desk.platform.changes).not.toContain("switchTo green");
});

test("one that answers badly once it has the traffic loses it long before the switch's deadline", async () => {
  const world = open({ world: { blue: running("1") }, configuration: { deadlines: { switch: "10m" } } });
  desk.platform.instead.set("switchTo", () => {
    desk.platform.instead.delete("switchTo");
    world.active = "green";
    world.green = { ...world.green, status: 500 };
  });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "SWITCH_NOT_PROVEN", exitCode: 1 });
  expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
});

test("a switch that a silent proxy does not prove is put back, and so is what was staged", async () => {
  const world = open({ world: { blue: running("1") }, configuration: { deadlines: { switch: "1050ms" } } });
  hangsAtTheSwitch(Infinity);
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "PROXY_DOWN", exitCode: 1 });
  expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
  expect(desk.history().at(-1)).toMatchObject({ outcome: "failed", code: "PROXY_DOWN" });
});

test("a switch that the proxy does not see is taken back, before it sees it", async () => {
  const world = open({ world: { blue: running("1") }, configuration: { deadlines: { switch: "1050ms" } } });
  desk.platform.instead.set("proxy", () => {
    if (world.active === "blue") return;
    throw new Failure("PROXY_DISAGREES", { message: "it looks at another directory", remedy: "mount it" });
  });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "PROXY_DISAGREES", exitCode: 1 });
  expect(world).toMatchObject({ active: "blue", green: { state: "absent" } });
});

test("what is in flight to a release that loses the traffic ends before its environment does", async () => {
  open({ world: { blue: running("1"), trouble: { service: "web", reason: "died" } } });
  desk.platform.instead.set("drain", () => void desk.platform.changes.push("drain"));
  await caught(deploy(desk, "2"));
  expect(desk.platform.changes.slice(-3)).toEqual(["switchTo blue", "drain", "remove green"]);
});

test("who interrupts the plan waits for no answer", async () => {
  open({ world: { blue: running("1") } });
  desk.platform.instead.set("observe", () => {
    desk.interrupt();
    return new Promise(() => {});
  });
  expect(await caught(deploy(desk, "2"))).toMatchObject({ code: "INTERRUPTED", exitCode: 130 });
  expect(desk.platform.changes).toEqual([]);
});

test("a clock that is set back in the watch does not make it longer", async () => {
  open({ world: { blue: running("1") } });
  desk.platform.instead.set("environments", () => void setSystemTime(new Date(Date.now() - 3_600_000)));
  await deploy(desk, "2");
  expect(desk.platform.world.active).toBe("green");
});
