import { expect, test } from "bun:test";
import fc from "fast-check";
import { blockIn, markOf, withBlock, withoutBlock } from "../../../../sdk/jobs/schedule/crontab-text.ts";

const mark = markOf("cell-hub", "/srv/cell hub");
const other = markOf("cell-hub", "/srv/cell hub 2");

const line = fc.oneof(
  fc.string({ unit: "binary-ascii" }).filter((text) => !text.includes("\n")),
  fc.constantFrom(
    "MAILTO=ops@example.org",
    "0 2 * * * /usr/bin/backup\\%x",
    "# BEGIN switchover",
    "\r",
    "\xff\xfe",
    "",
  ),
);
/** Anything that a crontab may hold, one character a byte, with or without an end to its last line. */
const crontab = fc
  .tuple(fc.array(line), fc.boolean())
  .map(([lines, ended]) => lines.join("\n") + (ended && lines.length > 0 ? "\n" : ""));
const block = fc
  .array(line.filter((text) => !text.includes("switchover")))
  .map((lines) => lines.map((text) => `${text}\n`).join(""));

test("what is written is read again, and taking it out gives the foreign lines back byte for byte", () => {
  fc.assert(
    fc.property(crontab, block, block, (foreign, first, second) => {
      const installed = withBlock(foreign, mark, first);
      expect(blockIn(installed, mark)).toBe(first);
      const again = withBlock(installed, mark, second);
      expect(blockIn(again, mark)).toBe(second);
      const ended = foreign === "" || foreign.endsWith("\n") ? foreign : `${foreign}\n`;
      expect(withoutBlock(again, mark)).toBe(ended);
    }),
  );
});

test("the blocks of two checkouts do not touch each other", () => {
  fc.assert(
    fc.property(crontab, block, block, block, (foreign, ours, theirs, again) => {
      const both = withBlock(withBlock(foreign, mark, ours), other, theirs);
      const changed = withBlock(both, mark, again);
      expect(blockIn(changed, other)).toBe(theirs);
      expect(withoutBlock(withoutBlock(changed, mark), other)).toBe(
        withoutBlock(withoutBlock(both, other), mark),
      );
    }),
  );
});

test("a block stays where it stands", () => {
  const before = `MAILTO=x\n${mark.begin}\nold\n${mark.end}\n5 * * * * after\n`;
  expect(withBlock(before, mark, "new\n")).toBe(
    `MAILTO=x\n${mark.begin}\nnew\n${mark.end}\n5 * * * * after\n`,
  );
});

const { begin, end } = mark;
test.each([
  ["an end is missing", `${begin}\nx\n`],
  ["a beginning is missing", `x\n${end}\n`],
  ["they stand the wrong way round", `${end}\n${begin}\n`],
  ["there are two", `${begin}\n${end}\n${begin}\n${end}\n`],
])("a crontab in which %s is not touched", (_, damaged) => {
  expect(() => withBlock(damaged, mark, "new\n")).toThrow("nothing was changed");
  expect(() => withoutBlock(damaged, mark)).toThrow("nothing was changed");
});
