import { expect, test } from "bun:test";
import fc from "fast-check";
import { after, beginning, isWhole, patternOf } from "../../../../sdk/jobs/permissions/policy/pattern.ts";
import { namesOf } from "../../../../sdk/systems/tree/index.ts";

function matches(glob: string, path: string): boolean {
  const pattern = patternOf(glob);
  let places = beginning(pattern);
  for (const name of namesOf(Buffer.from(path))) places = after(pattern, places, name);
  return isWhole(pattern, places);
}

test.each([
  ["/a/uploads", "/a/uploads", true],
  ["/a/uploads", "/a/upload", false],
  ["/a/*.png", "/a/b.png", true],
  ["/a/*.png", "/a/b/c.png", false],
  ["/a/**/c.png", "/a/b/b/c.png", true],
  ["/a/**/c.png", "/a/c.png", true],
  ["/a/**", "/a", true],
  ["/**/*.lock", "/x/y/.lock", true],
  ["/a/?.png", "/a/é.png", true],
  ["/a/?.png", "/a/ab.png", false],
  ["/a/*", "/a/", false],
])("%s and %s: %p", (glob, path, expected) => {
  expect(matches(glob, path)).toBe(expected);
});

test("a glob says of every name what the same regular expression says", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "é", "*", "?"), maxLength: 12 });
  const names = fc.string({ unit: fc.constantFrom("a", "b", "é"), minLength: 1, maxLength: 16 });
  fc.assert(
    fc.property(letters, names, (glob, name) => {
      fc.pre(glob !== "" && glob !== "**");
      const expression = new RegExp(`^${glob.replaceAll(/\*+/g, ".*").replaceAll("?", ".")}$`, "u");
      expect(matches(`/${glob}`, `/${name}`)).toBe(expression.test(name));
    }),
  );
});

test("a pattern that backtracking would never be done with is answered", () => {
  expect(matches(`/${"*a".repeat(60)}*b`, `/${"a".repeat(250)}`)).toBe(false);
});

test("a pattern with .. or without end is refused", () => {
  for (const path of ["/a/../b", `/${"a/".repeat(40)}`])
    expect(() => patternOf(path)).toThrow(expect.objectContaining({ code: "PERMISSIONS_POLICY" }));
});
