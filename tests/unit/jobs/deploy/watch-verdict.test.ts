import { expect, test } from "bun:test";
import type { Proof } from "../../../../sdk/jobs/deploy/proof.ts";
import { verdict } from "../../../../sdk/jobs/deploy/watch-verdict.ts";

const limits = { maxErrorRate: 0.1, maxLatencyRatio: 10 };

const well = (count: number, latencyMs = 2): Proof[] =>
  Array.from({ length: count }, () => ({
    service: "web",
    ok: true,
    summary: "web answers",
    wrongRelease: false,
    latencyMs,
  }));
const badly = (count: number): Proof[] =>
  well(count).map((proof) => ({ ...proof, ok: false, summary: "web answers 502" }));

test("nothing asked yet speaks against nothing", () => {
  expect(verdict([], undefined, limits)).toBeUndefined();
});

test("one failure alone takes nothing back, however high its share", () => {
  expect(verdict(badly(1), 2, limits)).toBeUndefined();
});

test("more failures than the limit allows take the release back, with the last one told", () => {
  expect(verdict([...well(8), ...badly(2)], 2, limits)).toEqual({
    reason: "2 of 10 requests at the front door failed; the last: web answers 502",
    service: "web",
  });
});

test("failures up to the limit are borne", () => {
  expect(verdict([...well(18), ...badly(2)], 2, limits)).toBeUndefined();
});

test("a limit of 0 bears one failure, and no second", () => {
  const strict = { ...limits, maxErrorRate: 0 };
  expect(verdict([...well(1_000), ...badly(1)], 2, strict)).toBeUndefined();
  expect(verdict([...well(1_000), ...badly(2)], 2, strict)).toBeDefined();
});

test("answers many times slower than those of the release before take the release back", () => {
  expect(verdict(well(10, 100), 5, limits)?.reason).toBe(
    "the front door answers in 100 ms, 20.0 times the 5 ms of the release before",
  );
});

test("slow answers are borne while they are few, while nobody notices them, and without anything to compare", () => {
  expect(verdict(well(9, 100), 5, limits)).toBeUndefined();
  expect(verdict(well(10, 50), 1, limits)).toBeUndefined();
  expect(verdict(well(10, 100), undefined, limits)).toBeUndefined();
  expect(verdict(well(10, 100), 10, limits)).toBeUndefined();
});

test("the latency of answers that failed does not count", () => {
  const failed = badly(1).map((proof) => ({ ...proof, latencyMs: 60_000 }));
  expect(verdict([...well(20), ...failed], 2, limits)).toBeUndefined();
});
