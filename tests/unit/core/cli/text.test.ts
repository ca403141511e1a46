import { expect, test } from "bun:test";
import fc from "fast-check";
import { printable, truncated } from "../../../../sdk/core/cli/printable.ts";
import { clockTime, duration } from "../../../../sdk/core/cli/times.ts";

test("a text is cut to the columns that there are, counting wide characters twice", () => {
  expect(truncated("waiting", 7)).toBe("waiting");
  expect(truncated("waiting", 5)).toBe("wait…");
  expect(truncated("日本語", 5)).toBe("日本…");
  expect(truncated("waiting", 0)).toBe("");
});

test("whatever is cut, it fits", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(30), (text, columns) => {
      expect(Bun.stringWidth(truncated(text, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});

test("of what is printed no control character is left but line ends, tabs, and our colours where they are wanted", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printable(text, false)).not.toMatch(/(?![\n\t])\p{Cc}/u);
    }),
  );
  expect(printable("a\u001b[31mb\u001b[0m\u001b[2J\rc", true)).toBe("a\u001b[31mb\u001b[0m[2Jc");
});

test.each([
  [0, "0 s"],
  [3.24, "3.2 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.9, "1 min 00 s"],
  [125, "2 min 05 s"],
])("a duration of %d seconds reads %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test("a time of the day is told in UTC", () => {
  expect(clockTime(Date.parse("2026-11-20T18:02:27.123Z"))).toBe("18:02:27 UTC");
});
