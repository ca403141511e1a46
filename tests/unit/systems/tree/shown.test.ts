import { expect, test } from "bun:test";
import fc from "fast-check";
import { shownPath } from "../../../../sdk/systems/tree/index.ts";

test.each([
  ["plain é 漢", "plain é 漢"],
  ["two\nlines", "two\\x0alines"],
  ["\u001b[2J", "\\x1b[2J"],
  ["back\\slash", "back\\\\slash"],
  ["\u202eturned", "\\xe2\\x80\\xaeturned"],
])("%j is shown as %j", (path, shown) => {
  expect(shownPath(Buffer.from(path))).toBe(shown);
});

test("bytes that are no text are shown, and what follows them is not lost", () => {
  expect(shownPath(Buffer.from([0x61, 0xff, 0xc3, 0x62, 0xe2, 0x82]))).toBe("a\\xff\\xc3b\\xe2\\x82");
});

test("two names never look the same, and none takes more than a line", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), (one, other) => {
      const shown = shownPath(one);
      expect(Buffer.from(shown).every((byte) => byte >= 0x20)).toBe(true);
      if (shown === shownPath(other)) expect(Buffer.from(one).equals(other)).toBe(true);
    }),
  );
});
