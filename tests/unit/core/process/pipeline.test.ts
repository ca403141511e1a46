import { expect, test } from "bun:test";
import { type PipelineOptions, type Stage, startPipeline } from "../../../../sdk/core/process/index.ts";
import { failureOf } from "../../../support/failure-of.ts";

const sh = (name: string, script: string): Stage => ({ name, argv: ["sh", "-c", script] });

async function outcome(stages: readonly Stage[], options: Partial<PipelineOptions> = {}): Promise<string> {
  await using pipeline = startPipeline(stages, { deadlineMs: 20_000, ...options });
  const text = await new Response(pipeline.output).text();
  await pipeline.settled();
  return text;
}

test("what one program prints, the next reads", async () => {
  const text = await outcome([
    sh("a", "printf 'b\\na\\n'"),
    { name: "sort", argv: ["sort"] },
    sh("c", "cat; echo c"),
  ]);
  expect(text).toBe("a\nb\nc\n");
});

test("the first program's failure is not hidden by the others' success", async () => {
  const failure = await failureOf(
    outcome([sh("dump", "echo some; echo no right >&2; exit 1"), sh("pack", "cat")]),
  );
  expect(failure).toMatchObject({ code: "COMMAND_FAILED", message: "dump exited 1", why: "no right" });
});

test("a program that goes takes those before it along, and is the one that is blamed", async () => {
  const failure = await failureOf(
    outcome([sh("dump", "yes"), sh("pack", "head -c 10 >/dev/null; kill -9 $$")]),
  );
  expect(failure.message).toBe("pack exited 137");
});

test("an exit code that a stage accepts is no failure, and is handed out", async () => {
  await using pipeline = startPipeline([{ ...sh("tar", "echo changed >&2; exit 1"), accepted: [0, 1] }], {
    deadlineMs: 20_000,
  });
  await new Response(pipeline.output).text();
  expect(await pipeline.settled()).toEqual([{ program: "tar", exitCode: 1, stderr: "changed\n" }]);
});

test("the first program gets what it is fed, and is told when it reads no more", async () => {
  await using pipeline = startPipeline([sh("count", "head -c 100000 | wc -c")], {
    deadlineMs: 20_000,
    fed: true,
  });
  const text = new Response(pipeline.output).text();
  let taken = true;
  for (let count = 0; count < 100 && taken; count += 1)
    taken = await pipeline.input.write(Buffer.alloc(100_000));
  await pipeline.input.close();
  expect(taken).toBe(false);
  expect((await text).trim()).toBe("100000");
  expect(await pipeline.settled()).toHaveLength(1);
});

test("a deadline and an interruption end all of them", async () => {
  const endless = [sh("a", "sleep 60"), sh("b", "cat")];
  expect((await failureOf(outcome(endless, { deadlineMs: 100 }))).code).toBe("DEADLINE_EXCEEDED");
  expect((await failureOf(outcome(endless, { signal: AbortSignal.timeout(100) }))).code).toBe("INTERRUPTED");
});

test("a program that is missing keeps the others from being started", async () => {
  const failure = await failureOf(outcome([sh("a", "echo a"), { name: "b", argv: ["no-such-program"] }]));
  expect(failure.code).toBe("TOOL_MISSING");
});
