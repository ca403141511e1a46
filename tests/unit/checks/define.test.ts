import { expect, test } from "bun:test";
import { z } from "zod";
import { defineCheck } from "../../../checks/index.ts";
import { Failure } from "../../../sdk/core/errors/index.ts";
import { runChecks } from "../../../sdk/core/finding/index.ts";

const answer = defineCheck({
  id: "answer",
  title: "The answer",
  summary: "Whether it is 42",
  example: "--expected 42",
  deadline: "200ms",
  options: z.strictObject({ expected: z.int().default(42).describe("What it should be.") }),
  look: async ({ expected }) => ({
    status: expected === 42 ? "pass" : "fail",
    summary: `it is ${expected}`,
  }),
});

test("a check can be called, and gives a finding", async () => {
  expect(await answer({})).toMatchObject({
    id: "answer",
    title: "The answer",
    status: "pass",
    summary: "it is 42",
    evidence: {},
  });
});

test("with options it is something that runChecks runs, and says what it is about", async () => {
  const [finding] = await runChecks([answer.with({ expected: 7 }, { of: "blue" })]);
  expect(finding).toMatchObject({ id: "answer:blue", title: "The answer (blue)", status: "fail" });
});

test("what it is made of can be read, for the flags of a shell", () => {
  expect(answer.id).toBe("answer");
  expect(answer.deadlineMs).toBe(200);
  expect([answer.summary, answer.example]).toEqual(["Whether it is 42", "--expected 42"]);
  expect(answer.options.shape.expected.description).toBe("What it should be.");
});

test("wrong options are refused before anything is looked at, and the keys are named", () => {
  const wrong = { expected: "many" } as unknown as { expected: number };
  const refuse = () => answer.with(wrong);
  expect(refuse).toThrow(Failure);
  expect(refuse).toThrow("the options of the check answer are not right");
});

test("a check that hangs has failed at its own deadline, which a caller may change", async () => {
  const hangs = defineCheck({
    id: "hangs",
    title: "Hangs",
    summary: "Whether it ever ends",
    example: "",
    deadline: "1h",
    options: z.strictObject({}),
    look: () => Promise.withResolvers<never>().promise,
  });
  expect(await hangs({}, { deadline: "20ms" })).toMatchObject({ status: "fail" });
});

test("a check that could not look has failed, and keeps the remedy of what it met", async () => {
  const fails = defineCheck({
    id: "fails",
    title: "Fails",
    summary: "Whether there is nmap",
    example: "",
    deadline: "1s",
    options: z.strictObject({}),
    look: async () => {
      throw new Failure("TOOL_MISSING", { message: "there is no nmap", remedy: "install nmap" });
    },
  });
  expect(await fails({})).toMatchObject({
    status: "fail",
    summary: "could not look: there is no nmap",
    remedy: "install nmap",
    evidence: { code: "TOOL_MISSING" },
  });
});

test("a look can be told otherwise, as a configuration does", async () => {
  const look = answer.with({ expected: 7 }, { of: "blue", deadline: "100ms" });
  const tuned = look.tuned({ options: { expected: 42 } });
  expect(tuned).toMatchObject({ id: "answer:blue", definition: "answer", deadlineMs: 100 });
  const [finding] = await runChecks([tuned]);
  expect(finding?.status).toBe("pass");
  expect(look.tuned({ deadline: "2s" }).deadlineMs).toBe(2_000);
  expect(() => look.tuned({ options: { expectd: 1 } })).toThrow(
    "the options of the check answer are not right",
  );
});

test("a check that is told to watch for a time has that much longer, unless its deadline is named", () => {
  const watches = defineCheck({
    id: "watches",
    title: "Watches",
    summary: "Whether it stays so",
    example: "",
    deadline: "1s",
    takes: ({ watch }) => watch,
    options: z.strictObject({ watch: z.number().default(0).describe("How long.") }),
    look: async () => ({ status: "pass", summary: "it does" }),
  });
  expect(watches.with({ watch: 500 }).deadlineMs).toBe(1_500);
  expect(watches.with({ watch: 500 }, { deadline: "2s" }).deadlineMs).toBe(2_000);
});
