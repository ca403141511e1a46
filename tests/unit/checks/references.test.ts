// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Compose and nginx look like those of TypeScript
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { referencesBeside, referencesIn, variablesIn } from "../../../checks/compose-files/references.ts";
import { createShare } from "../../../sdk/core/process/index.ts";

test.each([
  ["$A", ["A"]],
  ["${A}", ["A"]],
  ["${A:?say which}", ["A"]],
  ["${A?say which}", ["A"]],
  ["${A:-x}", []],
  ["${A-x}", []],
  ["${A:+x}", []],
  ["$$A", []],
  ["$${A}", []],
  ["$$$A", ["A"]],
  ["a$A/${B}:$", ["A", "B"]],
  ["$1 ${2}", []],
  ["${A:-${B}}", ["B"]],
])("%s needs %j", (text, expected) => {
  expect(variablesIn(text)).toEqual(expected);
});

test("an escaped dollar never makes a variable, whatever stands around it", () => {
  const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/);
  fc.assert(
    fc.property(name, fc.integer({ min: 0, max: 5 }), (variable, dollars) => {
      const found = variablesIn(`${"$".repeat(dollars)}{${variable}}`);
      expect(found).toEqual(dollars % 2 === 1 ? [variable] : []);
    }),
  );
});

test("values count with their lines; comments and keys do not; an anchor counts once", () => {
  const folder = mkdtempSync(join(tmpdir(), "switchover-references-"));
  const file = join(folder, "compose.yml");
  writeFileSync(
    file,
    [
      "# ${IN_A_COMMENT}",
      "services:",
      "  web:",
      "    image: &image web:${TAG}",
      "    environment:",
      "      TOKEN: ${TOKEN:-none} # ${ALSO_A_COMMENT}",
      '      URL: "http://${HOST}/$$literal"',
      "  worker:",
      "    image: *image",
    ].join("\n"),
  );
  expect(referencesIn([file])).toEqual([
    { variable: "TAG", file, line: 4 },
    { variable: "HOST", file, line: 7 },
  ]);
  rmSync(folder, { recursive: true });
});

test("checks of the same files that are made together read them once; a missing one is told to whoever waits", async () => {
  const folder = mkdtempSync(join(tmpdir(), "switchover-references-"));
  const file = join(folder, "compose.yml");
  writeFileSync(file, "a: ${NEEDED}\n");
  const beside = { share: createShare(), signal: new AbortController().signal };
  const [one, other] = await Promise.all([
    referencesBeside([file], beside),
    referencesBeside([file], beside),
  ]);
  expect(one).toEqual([{ variable: "NEEDED", file, line: 1 }]);
  expect(other).toBe(one);
  rmSync(folder, { recursive: true });
  expect(await referencesBeside([file], beside).catch((thrown) => thrown)).toMatchObject({ code: "ENOENT" });
  // Nobody waits for this one, and it must not end the program.
  void referencesBeside([file], { ...beside, share: undefined });
  await Bun.sleep(10);
});
