import { expect, test } from "bun:test";
import { seconds } from "../../../../sdk/core/text/index.ts";

test.each([
  [6_000, "6 s"],
  [1_949.397868, "1.9 s"],
  [250, "0.25 s"],
  [50, "0.05 s"],
  [180_000, "180 s"],
  [0, "0 s"],
])("%p ms is told as %p", (ms, told) => {
  expect(seconds(ms)).toBe(told);
});
