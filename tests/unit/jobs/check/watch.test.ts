import { expect, test } from "bun:test";
import { createRedactor, silentRunLog } from "../../../../sdk/core/log/index.ts";
import { watchOn } from "../../../../sdk/jobs/check/index.ts";

/** Watches a check that sees these things one after the other, and gives what was printed, without the clock. */
async function watched(summaries: readonly string[], heard = Number.POSITIVE_INFINITY) {
  const printed: string[] = [];
  const end = new AbortController();
  let looks = 0;
  const check = {
    id: "http-endpoint",
    title: "HTTP endpoint",
    deadlineMs: 5_000,
    look: async () => {
      const summary = summaries[looks] ?? "";
      looks += 1;
      if (looks > summaries.length) end.abort();
      return { status: "pass" as const, summary };
    },
  };
  const io = {
    live: false,
    log: silentRunLog(),
    redactor: createRedactor(),
    signal: end.signal,
    status: () => {},
    print: (text: string) => {
      printed.push(text.replace(/^\d\d:\d\d:\d\d UTC pass http-endpoint: /, ""));
      return printed.length < heard;
    },
  };
  await watchOn(io, check, 1);
  return { printed, looks };
}

test("a time or a size that is another one at each look is no change; a status or a count is", async () => {
  const { printed } = await watched([
    "/ answers 200 in 12 ms",
    "/ answers 200 in 3 ms",
    "/ answers 204 in 3 ms",
    "82.6 GB free on /",
    "82.5 GB free on /",
    "2 run",
    "3 run",
  ]);
  expect(printed).toEqual([
    "/ answers 200 in 12 ms",
    "/ answers 204 in 3 ms",
    "82.6 GB free on /",
    "2 run",
    "3 run",
  ]);
});

test("a watch ends when nobody reads it any more", async () => {
  expect(await watched(["one", "two", "three"], 2)).toEqual({ printed: ["one", "two"], looks: 2 });
});
