import { expect, test } from "bun:test";
import fc from "fast-check";
import { assertProven, judge, type Proof } from "../../../../sdk/jobs/deploy/proof.ts";
import type { DirectAddress } from "../../../../sdk/platforms/index.ts";
import type { Answer } from "../../../../sdk/systems/http/index.ts";

const address: DirectAddress = {
  service: "backend",
  health: "http://127.0.0.1:5001/health",
  timeoutMs: 1_000,
  releaseHeader: "x-release",
};
const mute: DirectAddress = { ...address, releaseHeader: undefined };

const answer = (status: number, release?: string, body = ""): Answer => ({
  ok: true,
  status,
  headers: new Headers(release === undefined ? {} : { "X-Release": release }),
  body,
  latencyMs: 3,
});

test("the release that was asked for, answering well, is proven", () => {
  expect(judge(address, answer(200, "2"), "2")).toEqual({
    service: "backend",
    ok: true,
    summary: "backend answers as release 2",
    wrongRelease: false,
    latencyMs: 3,
  });
});

test("another release that answers well is the wrong one", () => {
  expect(judge(address, answer(200, "1"), "2")).toMatchObject({
    ok: false,
    wrongRelease: true,
    summary: "backend answers at http://127.0.0.1:5001/health as release 1, not 2",
  });
});

test("a release whose name only begins alike is the wrong one", () => {
  expect(judge(address, answer(200, "2-rc1"), "2").ok).toBe(false);
});

test("an answer without the header proves nothing", () => {
  const proof = judge(address, answer(200), "2");
  expect(proof).toMatchObject({ ok: false, wrongRelease: true });
  expect(proof.summary).toContain("without the header x-release");
});

test("a service that cannot say which release it is need only answer well", () => {
  expect(judge(mute, answer(204), "2").ok).toBe(true);
  expect(judge(mute, answer(503), "2").ok).toBe(false);
});

test("where no release is asked for, whatever answers well is right", () => {
  expect(judge(address, answer(200, "1"), undefined).ok).toBe(true);
  expect(judge(address, answer(200), undefined).ok).toBe(true);
});

test("what does not answer is told with its reason", () => {
  const silent: Answer = { ok: false, reason: "no answer within 1000 ms", latencyMs: 1_000 };
  expect(judge(address, silent, "2")).toMatchObject({
    ok: false,
    wrongRelease: false,
    summary: "backend does not answer at http://127.0.0.1:5001/health: no answer within 1000 ms",
  });
});

test("only a status from 200 to 299 is a good answer, a redirect and a 404 are not", () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), (status) => {
      expect(judge(address, answer(status, "2"), "2").ok).toBe(status < 300);
    }),
  );
});

test("the beginning of an error's body stands in the summary", () => {
  const { summary } = judge(address, answer(500, "2", `no database\n${"x".repeat(500)}`), "2");
  expect(summary).toStartWith("backend answers 500 at http://127.0.0.1:5001/health: no database");
  expect(summary.length).toBeLessThan(300);
});

const proof = (changes: Partial<Proof>): Proof => ({
  service: "backend",
  ok: true,
  summary: "backend answers",
  wrongRelease: false,
  latencyMs: 1,
  ...changes,
});

test("proofs that all hold are no error", () => {
  expect(() => assertProven([proof({}), proof({})], "VERIFY_FAILED")).not.toThrow();
});

test("the first proof that fails gives the error, and the others its reason", () => {
  const failed = [
    proof({}),
    proof({ ok: false, summary: "ml answers 500", service: "ml" }),
    proof({ ok: false, summary: "web answers 502" }),
  ];
  const thrown = caught(() => assertProven(failed, "VERIFY_FAILED"));
  expect(thrown).toMatchObject({
    code: "VERIFY_FAILED",
    message: "ml answers 500",
    why: "web answers 502",
    details: { service: "ml" },
  });
});

test("a wrong release has an error of its own", () => {
  const wrong = proof({ ok: false, wrongRelease: true, summary: "backend answers as release 1" });
  expect(caught(() => assertProven([wrong], "SWITCH_NOT_PROVEN"))).toMatchObject({
    code: "WRONG_RELEASE_ANSWERED",
  });
});

function caught(act: () => void): unknown {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}
