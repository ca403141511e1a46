import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { readJournal } from "../../../../sdk/core/journal/index.ts";
import { carryOut } from "../../../../sdk/jobs/deploy/carry-out.ts";
import { failureIn, findUnfinished, parseRecord } from "../../../../sdk/jobs/deploy/course.ts";
import { badReleases } from "../../../../sdk/jobs/deploy/history.ts";
import { done, type Step } from "../../../../sdk/jobs/deploy/step.ts";
import { courseOf, type FakeDesk, openFakeDesk } from "../fake-desk.ts";

let desk: FakeDesk;
beforeEach(() => {
  desk = openFakeDesk();
});
afterEach(() => desk[Symbol.dispose]());

const well: Step = { name: "switch", run: async () => done() };
const failing = (failure: Failure, rest: Partial<Step> = {}): Step => ({
  name: "verify",
  run: async () => {
    throw failure;
  },
  ...rest,
});
const verifyFailed = new Failure("VERIFY_FAILED", { message: "web answers 500", remedy: "read its log" });

const journalFile = () => desk.configuration.state("journals", `${courseOf().run}.jsonl`);
const kinds = () => readJournal(journalFile(), parseRecord).records.map(({ kind }) => kind);
const unfinished = () => findUnfinished(desk.configuration.state("journals"));
const caught = (steps: readonly Step[], course = courseOf()) =>
  carryOut(desk, course, steps).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

test("a course that is carried out ends its journal and stands in the history", async () => {
  const carried = await carryOut(desk, courseOf(), [well]);
  expect(carried.steps).toMatchObject([{ step: "switch", outcome: "done" }]);
  expect(kinds()).toEqual(["begun", "step", "step", "ended"]);
  expect(unfinished()).toBeUndefined();
  expect(desk.history()).toMatchObject([
    { run: courseOf().run, outcome: "deployed", release: "2", environment: "green", previous: "1" },
  ]);
});

test("a rollback stands in the history as one, and marks what it left", async () => {
  await carryOut(desk, courseOf({ command: "rollback", release: "1", serving: "2" }), [well]);
  expect(desk.history()).toMatchObject([{ outcome: "rolled-back", release: "1", previous: "2" }]);
  expect([...badReleases(desk.history())]).toEqual(["2"]);
});

test("a failure stands in the history with its reason and code, and the journal ends", async () => {
  expect(await caught([failing(verifyFailed)])).toMatchObject({ code: "VERIFY_FAILED" });
  expect(desk.history()).toMatchObject([
    { outcome: "failed", reason: "web answers 500", code: "VERIFY_FAILED" },
  ]);
  expect(unfinished()).toBeUndefined();
});

test("a failure that was put back says where the traffic goes; one that was not, or that came after the fact, does not", async () => {
  expect(await caught([failing(verifyFailed)])).toMatchObject({
    why: "the traffic goes to release 1 in blue, as before",
  });
  expect(await caught([failing(verifyFailed)], courseOf({ fromRuns: false }))).toMatchObject({
    why: undefined,
  });
  expect(await caught([well, failing(verifyFailed, { afterTheFact: true })])).toMatchObject({
    why: undefined,
  });
  const undo = () => Promise.reject(new Error("Docker is away"));
  expect(await caught([failing(verifyFailed, { undo })])).toMatchObject({
    code: "UNDO_FAILED",
    why: "verify: Docker is away",
  });
});

test("an interruption stands in the history as one, and says nothing against the release", async () => {
  desk.interrupt();
  expect(await caught([well])).toMatchObject({ code: "INTERRUPTED", exitCode: 130 });
  expect(desk.history()).toMatchObject([{ outcome: "interrupted" }]);
  expect(badReleases(desk.history()).size).toBe(0);
});

test("what could not be put back leaves its journal open, for --abort", async () => {
  const stuck = failing(verifyFailed, {
    undo: async () => {
      throw new Error("no space left");
    },
  });
  expect(await caught([stuck])).toMatchObject({ code: "UNDO_FAILED", exitCode: 4 });
  expect(desk.history()).toEqual([]);
  expect(unfinished()?.course).toEqual(courseOf());
  expect(failureIn(unfinished()?.records ?? [])).toEqual({
    step: "verify",
    reason: "web answers 500",
    code: "VERIFY_FAILED",
  });
});

test("whatever fails after the fact, the release counts as deployed", async () => {
  const late = new Failure("DEADLINE_EXCEEDED", { message: "blue drained too long", remedy: "wait" });
  expect(await caught([well, failing(late, { name: "retire", afterTheFact: true })])).toMatchObject({
    exitCode: 5,
  });
  expect(desk.history()).toMatchObject([{ outcome: "deployed", code: "DEADLINE_EXCEEDED" }]);
  expect(badReleases(desk.history()).size).toBe(0);
});

test("an interruption after the fact takes nothing from the release", async () => {
  const retire: Step = {
    name: "retire",
    afterTheFact: true,
    run: async (_, work) => {
      desk.interrupt();
      work.signal.throwIfAborted();
      return done();
    },
  };
  expect(await caught([well, retire])).toMatchObject({ exitCode: 5 });
  expect(desk.history()).toMatchObject([{ outcome: "deployed" }]);
});

test("a deployment that was done but cannot be written down serves, and is no failure that was put back", async () => {
  mkdirSync(desk.configuration.state("history.jsonl"), { recursive: true });
  expect(await caught([well])).toMatchObject({ code: "JOURNAL_NOT_WRITTEN", exitCode: 5 });
  expect(unfinished()?.course.release).toBe("2");
  rmSync(desk.configuration.state("history.jsonl"), { recursive: true });
  expect(desk.history()).toEqual([]);
});

test("a failure whose history cannot be written is told as what it is", async () => {
  mkdirSync(desk.configuration.state("history.jsonl"), { recursive: true });
  expect(await caught([failing(verifyFailed)])).toMatchObject({ code: "VERIFY_FAILED" });
  expect(desk.said.at(-1)).toStartWith("warning: the history cannot be written");
  rmSync(desk.configuration.state("history.jsonl"), { recursive: true });
});

test("migrations that may have been applied are in the history of a failure too", async () => {
  const migrating: Step = {
    name: "migrate",
    run: async ({ findings }) => {
      findings.migrations = { applied: ["m1", "m2"], breaking: ["m2"] };
      throw new Failure("MIGRATION_FAILED", { message: "m2 failed", remedy: "mend it" });
    },
  };
  await caught([migrating]);
  expect(desk.history()).toMatchObject([{ migrations: { applied: ["m1", "m2"], breaking: ["m2"] } }]);
});
