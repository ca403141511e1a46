import { expect, test } from "bun:test";
import { forEachAtOnce } from "../../../../sdk/systems/azure/blob/at-once.ts";
import { rejectionOf } from "../../../support/rejection.ts";

const { signal } = new AbortController();

async function* numbers(count: number, asked: (index: number) => void = () => undefined) {
  for (let index = 0; index < count; index += 1) {
    asked(index);
    yield index;
  }
}

test("everything is worked on, never more than the limit at a time", async () => {
  const seen: number[] = [];
  let atWork = 0;
  let most = 0;
  await forEachAtOnce(numbers(20), 3, signal, async (index) => {
    atWork += 1;
    most = Math.max(most, atWork);
    await Bun.sleep(index % 4);
    seen.push(index);
    atWork -= 1;
  });
  expect(seen.sort((one, other) => one - other)).toEqual([...Array(20).keys()]);
  expect(most).toBe(3);
});

test("the first failure stops the rest, which has ended when it is told", async () => {
  let asked = 0;
  let atWork = 0;
  const first = new Error("the first");
  const thrown = await rejectionOf(
    forEachAtOnce(
      numbers(1_000, (index) => (asked = index)),
      4,
      signal,
      async (index, stop) => {
        atWork += 1;
        try {
          if (index === 5) throw first;
          await Bun.sleep(2);
          stop.throwIfAborted();
        } finally {
          atWork -= 1;
        }
      },
    ),
  );
  expect(thrown).toBe(first);
  expect(atWork).toBe(0);
  expect(asked).toBeLessThan(20);
});

test("a source that fails stops what was begun", async () => {
  const broken = new Error("the source");
  let ended = 0;
  async function* source() {
    yield 1;
    yield 2;
    throw broken;
  }
  const thrown = await rejectionOf(
    forEachAtOnce(source(), 4, signal, async () => {
      await Bun.sleep(5);
      ended += 1;
    }),
  );
  expect(thrown).toBe(broken);
  expect(ended).toBe(2);
});

test("what is asked to stop from outside does, with the reason that it was given", async () => {
  const outer = new AbortController();
  const reason = new Error("enough");
  const thrown = await rejectionOf(
    forEachAtOnce(numbers(1_000), 2, outer.signal, async (index, stop) => {
      if (index === 3) outer.abort(reason);
      stop.throwIfAborted();
      await Bun.sleep(1);
    }),
  );
  expect(thrown).toBe(reason);
});
