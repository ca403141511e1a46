import { expect, test } from "bun:test";
import { join } from "node:path";
import { sectionsOf } from "../../../../docs/generate/keys.ts";
import { shownType } from "../../../../docs/generate/words.ts";
import { configurationSchema, inputSchema, shellKeys } from "../../../../sdk/core/config/index.ts";

const generator = join(import.meta.dir, "../../../../docs/generate.ts");
const keys = sectionsOf(inputSchema(configurationSchema)).flatMap((section) => section.keys);

test("the documents and the checks' index are what they are made from", () => {
  const { exitCode, stderr } = Bun.spawnSync([generator, "--check"], { cwd: "/", stderr: "pipe" });
  expect(stderr.toString()).toBe("");
  expect(exitCode).toBe(0);
});

test("a flag that the generator does not know is refused", () => {
  const { exitCode } = Bun.spawnSync([generator, "--chek"], { stderr: "pipe" });
  expect(exitCode).toBe(2);
});

test("every key is described", () => {
  expect(keys.filter(({ description }) => description === "").map(({ path }) => path)).toEqual([]);
});

test("defaults are shown as a person would write them", () => {
  const shown = Object.fromEntries(keys.map((key) => [key.path, key.default]));
  expect(shown["project"]).toBe("required");
  expect(shown["deadlines.build"]).toBe('`"15m"`');
  expect(shown["resources.disk"]).toBe('`"10GB"`');
  expect(shown["watch.interval"]).toBe('`"250ms"`');
  expect(shown["domain"]).toBe("");
});

test("a list is called by the plural of what it holds, bounds and choices left as they are", () => {
  const port = { type: "integer", minimum: 1, maximum: 65_535 };
  const lists = [
    { type: "string" },
    port,
    { type: "string", format: "email" },
    { enum: ["start", "failure"] },
  ];
  expect(lists.map((items) => shownType({ type: "array", items }))).toEqual([
    "list of strings",
    "list of whole numbers, 1 to 65535",
    "list of email addresses",
    'list of "start" or "failure"',
  ]);
});

test("every place that an old key goes to is a place of the configuration", () => {
  const paths = keys.map(({ path }) => path);
  const nowhere = shellKeys
    .flatMap((row) => ("place" in row ? [row.place] : []))
    .filter(
      (place) =>
        !paths.some(
          (path) => path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[]`),
        ),
    );
  expect(nowhere).toEqual([]);
});
