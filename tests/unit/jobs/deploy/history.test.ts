import { expect, test } from "bun:test";
import fc from "fast-check";
import { badReleases, type HistoryRecord, rollbackTarget } from "../../../../sdk/jobs/deploy/history.ts";
import { recordOf } from "../fake-desk.ts";

const failed = (release: string, code = "VERIFY_FAILED") => recordOf(release, { outcome: "failed", code });
const rolledBack = (release: string, previous: string) =>
  recordOf(release, { outcome: "rolled-back", previous });
const breaking = (release: string, ...ids: string[]) =>
  recordOf(release, { migrations: { applied: ids, breaking: ids } });

const anyHistory = fc.array(
  fc
    .record({
      release: fc.constantFrom("1", "2", "3", "4"),
      outcome: fc.constantFrom("deployed", "rolled-back", "failed", "aborted", "interrupted"),
      previous: fc.option(fc.constantFrom("1", "2", "3", "4"), { nil: undefined }),
      code: fc.constantFrom(undefined, "VERIFY_FAILED", "PRE_CHECK_FAILED"),
      migrations: fc.option(
        fc.subarray(["m1", "m2", "m3"]).map((ids) => ({ applied: ids, breaking: ids })),
        { nil: undefined },
      ),
    })
    .map(
      ({ release, outcome, previous, code, migrations }): HistoryRecord =>
        recordOf(release, {
          outcome,
          ...(previous === undefined || previous === release ? {} : { previous }),
          ...(code === undefined ? {} : { code }),
          ...(migrations && { migrations }),
        }),
    ),
  { maxLength: 12 },
);

test("a release that failed is bad", () => {
  expect([...badReleases([recordOf("1"), failed("2")])]).toEqual(["2"]);
});

test("a release that was rolled back from is bad", () => {
  expect([...badReleases([recordOf("1"), recordOf("2"), rolledBack("1", "2")])]).toEqual(["2"]);
});

test("a bad release that is deployed with success is bad no longer", () => {
  expect([...badReleases([failed("1"), recordOf("1")])]).toEqual([]);
});

test("a run that was interrupted or taken back says nothing against its release", () => {
  const history = [recordOf("1", { outcome: "interrupted" }), recordOf("2", { outcome: "aborted" })];
  expect([...badReleases(history)]).toEqual([]);
});

test.each([
  "PRE_CHECK_FAILED",
  "DOCKER_DOWN",
  "CONFIRMATION_NEEDED",
  "JOURNAL_NOT_WRITTEN",
  "BUILD_FAILED",
  "SHARED_NOT_STARTED",
])("a deployment that ended with %s says nothing against its release", (code) => {
  expect([...badReleases([recordOf("1"), failed("1", code)])]).toEqual([]);
});

test.each([
  ["backup", []],
  ["build", []],
  ["stage", ["2"]],
  ["watch", ["2"]],
])("%s that took too long says of the release what it can know", (step, bad) => {
  const late = recordOf("2", { outcome: "failed", code: "DEADLINE_EXCEEDED", step });
  expect([...badReleases([recordOf("1"), late])]).toEqual(bad);
});

test("nothing that was deployed gives no target", () => {
  expect(rollbackTarget([], undefined)).toBeUndefined();
  expect(rollbackTarget([recordOf("1")], "1")).toBeUndefined();
});

test("the target is the newest good release besides the one that serves", () => {
  expect(rollbackTarget([recordOf("1"), recordOf("2"), recordOf("3")], "3")).toEqual({
    release: "2",
    breaking: [],
  });
});

test("a release that failed and one that was rolled back from are passed over", () => {
  const history = [recordOf("1"), recordOf("2"), failed("3"), rolledBack("1", "2")];
  expect(rollbackTarget(history, "1")).toBeUndefined();
  expect(rollbackTarget([recordOf("0"), ...history], "1")?.release).toBe("0");
});

test("a release that failed and was deployed again is a target like any other", () => {
  const history = [recordOf("1"), failed("2"), recordOf("2"), recordOf("3")];
  expect(rollbackTarget(history, "3")?.release).toBe("2");
});

test("the migrations that break the target are those that ran after it", () => {
  const history = [breaking("1", "m1"), breaking("2", "m2"), breaking("3", "m3")];
  expect(rollbackTarget(history, "3")).toEqual({ release: "2", breaking: ["m3"] });
  expect(rollbackTarget([...history, failed("2")], "3")).toEqual({ release: "1", breaking: ["m2", "m3"] });
});

test("a migration that a failed deployment may have applied breaks the target too, and is named once", () => {
  const half = recordOf("2", { outcome: "failed", migrations: { applied: ["m2"], breaking: ["m2"] } });
  expect(rollbackTarget([recordOf("1"), half, breaking("3", "m2")], "3")).toEqual({
    release: "1",
    breaking: ["m2"],
  });
});

test("a migration that was crossed once by force breaks the target still", () => {
  const history = [recordOf("1"), breaking("2", "m2"), rolledBack("1", "2"), recordOf("2")];
  expect(rollbackTarget(history, "2")).toEqual({ release: "1", breaking: ["m2"] });
});

test("whatever was deployed, the target is never bad and never the release that serves", () => {
  fc.assert(
    fc.property(anyHistory, fc.constantFrom(undefined, "1", "2", "3", "4"), (history, serving) => {
      const target = rollbackTarget(history, serving);
      if (target === undefined) return;
      expect(badReleases(history).has(target.release)).toBe(false);
      expect(target.release === serving).toBe(false);
      const served = history.filter(({ outcome }) => outcome === "deployed" || outcome === "rolled-back");
      expect(served.some(({ release }) => release === target.release)).toBe(true);
    }),
  );
});

test("whatever was deployed, every good release but the one that serves gives a target", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const bad = badReleases(history);
      const good = history.some(
        ({ outcome, release }) =>
          (outcome === "deployed" || outcome === "rolled-back") && !bad.has(release) && release !== "1",
      );
      expect(rollbackTarget(history, "1") !== undefined).toBe(good);
    }),
  );
});

test("whatever was deployed, a breaking migration of another release after the target is named", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const after = [...history, breaking("now", "m9")];
      const target = rollbackTarget(after, "now");
      if (target !== undefined) expect(target.breaking).toContain("m9");
    }),
  );
});
