import { expect, test } from "bun:test";
import { type Completed, createShare } from "../../../../sdk/core/process/index.ts";

const completed = (stdout: string): Completed => ({
  argv: [],
  exitCode: 0,
  stdout,
  stderr: "",
  durationMs: 1,
});

/** A question that is answered when the test wants it. */
function question() {
  const { promise, resolve, reject } = Promise.withResolvers<Completed>();
  const asked: AbortSignal[] = [];
  const ask = (signal: AbortSignal) => {
    asked.push(signal);
    return promise;
  };
  return { ask, asked, resolve, reject };
}

test("what is asked twice at the same moment is asked once; a moment later it is asked again", async () => {
  const share = createShare();
  const { ask, asked, resolve } = question();
  const both = [share("a", ask, undefined), share("a", ask, undefined)];
  const other = share("b", ask, undefined);
  resolve(completed("seen"));
  expect((await Promise.all([...both, other])).map(({ stdout }) => stdout)).toEqual(["seen", "seen", "seen"]);
  expect(asked).toHaveLength(2);
  await share("a", ask, undefined);
  expect(asked).toHaveLength(3);
});

test("an answer that counts for a while is given to those who ask later, until then; one that went wrong is not", async () => {
  const share = createShare();
  const { ask, asked, resolve } = question();
  resolve(completed("seen"));
  const anHour = 3_600_000;
  await share("a", ask, undefined, anHour);
  expect((await share("a", ask, undefined, anHour)).stdout).toBe("seen");
  await Promise.all([share("a", ask, undefined), share("a", ask, undefined)]);
  expect(asked).toHaveLength(1);
  await createShare()("a", ask, undefined, anHour);
  expect(asked).toHaveLength(2);

  await share("soon over", ask, undefined, 1);
  await Bun.sleep(5);
  await share("soon over", ask, undefined, 1);
  expect(asked).toHaveLength(4);

  const wrong = question();
  wrong.reject(new Error("no daemon"));
  await share("b", wrong.ask, undefined, anHour).catch(() => undefined);
  await share("b", wrong.ask, undefined, anHour).catch(() => undefined);
  expect(wrong.asked).toHaveLength(2);
});

test("one who stops waiting costs the others nothing; when nobody waits any more, the command is ended", async () => {
  const share = createShare();
  const { ask, asked, resolve } = question();
  const [first, second] = [new AbortController(), new AbortController()];
  const one = share("a", ask, first.signal);
  const other = share("a", ask, second.signal);
  first.abort();
  expect(await one.catch((thrown: unknown) => thrown)).toMatchObject({ code: "INTERRUPTED" });
  expect(asked[0]?.aborted).toBe(false);
  resolve(completed("seen"));
  expect((await other).stdout).toBe("seen");

  const never = question();
  const alone = share("c", never.ask, second.signal);
  second.abort();
  await alone.catch(() => undefined);
  expect(never.asked[0]?.aborted).toBe(true);
});

test("what goes wrong is told to all who asked, and is asked anew by the next", async () => {
  const share = createShare();
  const { ask, asked, reject } = question();
  const both = [share("a", ask, undefined), share("a", ask, undefined)];
  reject(new Error("no daemon"));
  const told = await Promise.allSettled(both);
  expect(told.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await share("a", ask, undefined).catch(() => undefined);
  expect(asked).toHaveLength(2);
});
