import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonAnswer, websocket } from "../../../checks/index.ts";
import { type ExampleService, startExampleService } from "../../support/example-service.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-json-answer-"));
let right: ExampleService;
let wrong: ExampleService;

beforeAll(async () => {
  // Ten numbers, as the model wants them, that were never trained.
  const weights = join(folder, "weights.bin");
  writeFileSync(weights, new Float32Array([0, 0, 0, 0, 1, 0, 0, 0, 0, -3]));
  [right, wrong] = await Promise.all([
    startExampleService("ml"),
    startExampleService("ml", { WEIGHTS: weights }),
  ]);
});
afterAll(async () => {
  await Promise.all([right, wrong].map((service) => service[Symbol.asyncDispose]()));
  rmSync(folder, { recursive: true });
});

/** The example's own, from its README. */
const body = {
  image: [
    [0, 0, 0, 0, 0, 0],
    [0, 2, 2, 0, 0, 0],
    [0, 2, 2, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 4, 4],
    [0, 0, 0, 0, 4, 4],
  ],
};
const expected = { cells: 2, areas: [4, 8], activation: 2.25 };
const infer = (service: ExampleService) => `${service.url}/api/v1/infer`;

test("an inference with the known answer passes", async () => {
  const finding = await jsonAnswer({ url: infer(right), body, expect: expected });
  expect(finding).toMatchObject({ status: "pass" });
  const near = { ...expected, activation: 2.3 };
  expect(await jsonAnswer({ url: infer(right), body, expect: near, tolerance: 0.1 })).toMatchObject({
    status: "pass",
  });
});

test("other weights answer 200 and count wrong, which fails", async () => {
  const finding = await jsonAnswer({ url: infer(wrong), body, expect: expected });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("gives another answer:");
  expect(finding.evidence["status"]).toBe(200);
});

test("the question can be a file; one that is not there could not be asked", async () => {
  const file = join(folder, "question.json");
  writeFileSync(file, JSON.stringify(body));
  const finding = await jsonAnswer({ url: infer(right), file, expect: expected });
  expect(finding).toMatchObject({ status: "pass" });
  const absent = await jsonAnswer({ url: infer(right), file: join(folder, "absent"), expect: expected });
  expect(absent).toMatchObject({ status: "fail", evidence: { code: "USAGE" } });
});

test("a refusal, and an answer that comes too late, fail", async () => {
  const refused = await jsonAnswer({ url: infer(right), body: { image: "none" }, expect: expected });
  expect(refused.summary).toContain("it is a 400");
  using slow = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async () => {
      await Bun.sleep(60);
      return Response.json(expected);
    },
  });
  const late = await jsonAnswer({ url: slow.url.href, body, expect: expected, maxLatency: 50 });
  expect(late.status).toBe("fail");
  expect(late.summary).toContain("50 ms are the limit");
});

test("an expectation that every object holds is refused; an empty list is one that only an empty list holds", async () => {
  const url = "http://127.0.0.1:1/";
  expect(() => jsonAnswer.with({ url, expect: {} })).toThrow(
    "the options of the check json-answer are not right",
  );
  expect(() => websocket.with({ url, answer: {} })).toThrow(
    "the options of the check websocket are not right",
  );
  using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json([1]) });
  expect((await jsonAnswer({ url: server.url.href, expect: [] })).summary).toContain("has 1 items, not 0");
});
