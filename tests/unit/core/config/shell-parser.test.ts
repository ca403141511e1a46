import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseShellFile, ShellFileFault } from "../../../../sdk/core/config/shell-file/parse.ts";

function values(text: string): Record<string, unknown> {
  const entries = [...parseShellFile(text)].map(([key, { value }]) => [key, value]);
  return Object.fromEntries(entries);
}

function faultIn(text: string): { line: number; key: string | undefined; message: string } | undefined {
  try {
    parseShellFile(text);
  } catch (thrown) {
    if (!(thrown instanceof ShellFileFault)) throw thrown;
    return { line: thrown.line, key: thrown.key, message: thrown.message };
  }
  return undefined;
}

const dollar = "$";

test.each<[string, unknown]>([
  ["A=1", "1"],
  ["export A=1", "1"],
  ["declare -r A=1", "1"],
  ["readonly A=1 B=2", "1"],
  ["A=", ""],
  ["A=#1", "#1"],
  ["A= # comment", ""],
  ["A=1 # comment", "1"],
  ["A=1#2", "1#2"],
  ["A=one\\ word", "one word"],
  ["A='$B \\n'", "$B \\n"],
  ['A="a\\"b\\\\c\\d"', 'a"b\\c\\d'],
  ["A=a'b'\"c\"d", "abcd"],
  ["A='two\nlines'", "two\nlines"],
  ["A=one\\\ntwo", "onetwo"],
  ["A=1; A=2", "2"],
  ["A=5$", "5$"],
  ["A=()", []],
  ["A=(one 'two three' # a note\n \"four\"\n)", ["one", "two three", "four"]],
  [`B=x\nA=${dollar}B/y`, "x/y"],
  [`B=x\nA="${dollar}{B}y"`, "xy"],
  [`B=x\nA='${dollar}{B}y'`, `${dollar}{B}y`],
  [`A=${dollar}{B:-fallback}`, "fallback"],
  [`B=\nA=${dollar}{B:-fallback}`, "fallback"],
  [`B=\nA=${dollar}{B-fallback}`, ""],
  ["A=1\r\nB=2\r\n", "1"],
  ["f() {\n  A=2\n  if x; then { y; }; fi\n}\nA=1", "1"],
  ["function f { A=2; }\nA=1", "1"],
  ["  f () {\n}\n  }\nA=1", "1"],
])("%j sets A to %j", (text, expected) => {
  expect(values(text)["A"]).toEqual(expected);
});

test.each([
  ["A=1\nB=$(date)", 2, "B", "a command"],
  ["A=`date`", 1, "A", "a command"],
  [`A="${dollar}(date)"`, 1, "A", "a command"],
  [`A=${dollar}{B}`, 1, "A", "refers to B"],
  [`A=(1)\nB=${dollar}A`, 2, "B", "which is a list"],
  [`B=1\nA=${dollar}{B%%:*}`, 2, "A", "another expansion"],
  [`A=${dollar}((1+1))`, 1, "A", "a command"],
  [`B=1\nA=${dollar}B\\\na`, 2, "A", "in the next line"],
  [`A=${dollar}1`, 1, "A", "another expansion"],
  [`A=${dollar}'x'`, 1, "A", "another expansion"],
  ["\n\nA='never closed\n", 3, "A", "never closed"],
  ['A="never closed', 1, "A", "never closed"],
  ["A=(one\ntwo", 1, "A", "never closed"],
  ["A=(one; two)", 1, "A", "other than words"],
  ["A=1 | cat", 1, undefined, "neither an assignment"],
  ["A=1|cat", 1, "A", "not part of it"],
  ["A=(one)two", 1, "A", "not part of it"],
  ["A=1 command", 1, undefined, "neither an assignment"],
  ["set -e", 1, undefined, "neither an assignment"],
  ["source other.sh", 1, undefined, "neither an assignment"],
  ["A+=x", 1, undefined, "neither an assignment"],
  ["A[0]=x", 1, undefined, "neither an assignment"],
  ["if true; then", 1, undefined, "neither an assignment"],
  ["f() {\n  A=1\n", 1, undefined, "the function f never ends"],
])("%j is refused at line %i, key %p", (text, line, key, problem) => {
  const fault = faultIn(text);
  expect(fault).toMatchObject({ line, key });
  expect(fault?.message).toContain(problem);
});

const fragments = fc.constantFrom(
  ...["a", "Z", "7", "_", "-", "/", ".", ":", "@", "%", "+", ",", "=", "#", " ", "\t", "\n"],
  ...[
    "'",
    '"',
    "\\",
    "\\\\",
    "\\ ",
    "\\'",
    '\\"',
    "\\$",
    "\\\n",
    "''",
    '""',
    "$B",
    `${dollar}{B}`,
    `${dollar}{B:-x}`,
  ],
);

test("whatever it accepts, bash reads in the same way", () => {
  const folder = mkdtempSync(join(tmpdir(), "switchover-bash-"));
  const file = join(folder, "file");
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 12 }), (parts) => {
      const text = `B='b c'\nA=${parts.join("")}\n`;
      if (faultIn(text) !== undefined) return;
      accepted += 1;
      writeFileSync(file, text);
      const script = 'set -f; . "$1" && printf %s "$A"';
      const bash = Bun.spawnSync(["bash", "-c", script, "bash", file], { env: { PATH: "/usr/bin:/bin" } });
      expect(bash.stdout.toString()).toBe(String(values(text)["A"]));
    }),
    { numRuns: 400 },
  );
  expect(accepted).toBeGreaterThan(50);
  rmSync(folder, { recursive: true });
});

test("any value survives being quoted", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => {
      const normal = value.replaceAll("\r\n", "\n");
      const single = `'${normal.replaceAll("'", "'\\''")}'`;
      const double = `"${normal.replaceAll(/["\\$`]/g, "\\$&")}"`;
      expect(values(`A=${single}\nB=${double}`)).toEqual({ A: normal, B: normal });
    }),
  );
});

test("any text at all is read or refused, and never anything else", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fragments, fc.constantFrom("(", ")", "{", "}", ";", "A=", "f()")), { maxLength: 30 }),
      (parts) => {
        faultIn(parts.join(""));
      },
    ),
    { numRuns: 1_000 },
  );
});
