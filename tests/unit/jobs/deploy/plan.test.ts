import { expect, test } from "bun:test";
import fc from "fast-check";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import type { HistoryRecord } from "../../../../sdk/jobs/deploy/history.ts";
import { type PlanInput, planDeployment } from "../../../../sdk/jobs/deploy/plan.ts";
import type { EnvironmentState, Observation } from "../../../../sdk/platforms/index.ts";
import { configurationIn, recordOf } from "../fake-desk.ts";

const absent: EnvironmentState = { release: undefined, state: "absent", services: [] };
const ready = (release: string | undefined): EnvironmentState => ({ release, state: "ready", services: [] });
const now = new Date("2026-11-20T18:02:27.000Z");

function observed(changes: Partial<Observation> = {}): Observation {
  return { active: "blue", proxy: "up", environments: { blue: absent, green: absent }, ...changes };
}

function plan(observation: Observation, changes: Partial<PlanInput> = {}) {
  return planDeployment({
    configuration: configurationIn("/srv/fake"),
    observation,
    history: [],
    releases: { find: () => undefined, save: () => {} },
    releaseId: "2",
    force: false,
    backup: [],
    source: undefined,
    run: "20261120-180227-001",
    now,
    ...changes,
  });
}

test("the first deployment goes to the environment that the proxy does not point at", () => {
  const { course, lines } = plan(observed({ proxy: "down" }));
  expect(course).toMatchObject({ from: "blue", to: "green", fromRuns: false, occupantWarm: false });
  expect(course.serving).toBeUndefined();
  expect(course.occupant).toBeUndefined();
  expect(lines[0]).toBe("nothing serves yet (the proxy will point at blue)");
});

test.each([
  ["blue", "green"],
  ["green", "blue"],
] as const)("while %s serves, a deployment goes to %s", (active, idle) => {
  const { course } = plan(observed({ active, environments: { blue: ready("1"), green: ready("1") } }));
  expect(course).toMatchObject({ from: active, to: idle, serving: "1", fromRuns: true, release: "2" });
});

test("a stack that Switchover did not start serves without a release, and is deployed beside", () => {
  const { course, lines } = plan(observed({ environments: { blue: ready(undefined), green: absent } }));
  expect(course).toMatchObject({ from: "blue", fromRuns: true, to: "green" });
  expect(course.serving).toBeUndefined();
  expect(lines[0]).toBe("blue serves what was not put there by Switchover");
});

test("what stands in the idle environment is remembered, and whether it is warm", () => {
  const both = (green: EnvironmentState) => observed({ environments: { blue: ready("1"), green } });
  expect(plan(both(ready("0"))).course).toMatchObject({ occupant: "0", occupantWarm: true });
  const stopped = plan(both({ ...ready("0"), state: "stopped" }));
  expect(stopped.course).toMatchObject({ occupant: "0", occupantWarm: false });
  expect(stopped.lines[1]).toContain("in place of release 0");
});

test("an active environment of which only a part runs counts as serving", () => {
  const partial: EnvironmentState = { release: "1", state: "partial", services: [] };
  expect(plan(observed({ environments: { blue: partial, green: absent } })).course.fromRuns).toBe(true);
});

test("a release that failed before is deployed, and the plan says so", () => {
  const { lines } = plan(observed(), { history: [recordOf("2", { outcome: "failed" })] });
  expect(lines).toContain("release 2 failed before, or was rolled back from");
});

test("without an id the release is named by its time and its source", () => {
  const { course } = plan(observed(), { releaseId: undefined, source: "4f1c2ab93d01-dirty" });
  expect(course.release).toBe("20261120-180227-4f1c2ab93d01");
  expect(course.source).toBe("4f1c2ab93d01-dirty");
});

test("whatever is a valid id is planned as it stands", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/), (releaseId) => {
      expect(plan(observed(), { releaseId }).course.release).toBe(releaseId);
    }),
  );
});

test("whatever is no valid id is refused as a mistake of the command line", () => {
  const invalid = fc.oneof(
    fc.string({ unit: "binary" }).filter((text) => !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(text)),
    fc.constantFrom("", "-x", ".x", "a/b", "../x", "a b", "a".repeat(64), "1\n", "é"),
  );
  fc.assert(
    fc.property(invalid, (releaseId) => {
      try {
        plan(observed(), { releaseId });
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure);
        expect(thrown).toMatchObject({ code: "RELEASE_ID_INVALID", exitCode: 2 });
        return;
      }
      throw new Error(`"${releaseId}" was taken`);
    }),
  );
});

test("a database for each environment is refused", () => {
  const database = { mode: "per-environment", blue: { service: "a" }, green: { service: "b" } };
  const configuration = configurationIn("/srv/fake", { database });
  expect(() => plan(observed(), { configuration })).toThrow("not available in this version");
});

test("a release that served before a migration which it cannot work with is refused, and goes with force", () => {
  const record = {
    at: now.toISOString(),
    outcome: "deployed",
    environment: "blue",
    seconds: 1,
    steps: [],
  } as const;
  const history: HistoryRecord[] = [
    { ...record, run: "1", release: "1", steps: [] },
    {
      ...record,
      run: "2",
      release: "2",
      steps: [],
      migrations: { applied: ["003_drop"], breaking: ["003_drop"] },
    },
  ];
  const again = (force: boolean) => () => plan(observed(), { releaseId: "1", history, force });
  expect(again(false)).toThrow("release 1 cannot work with the database as it is now");
  expect(again(true)().course.release).toBe("1");
});
