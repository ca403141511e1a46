import { expect, test } from "bun:test";
import { checkFiles } from "../../../docs/generate/checks.ts";

const checks = (await checkFiles()).map(({ check }) => check);

test("there are checks, each with a summary that fits a line of the list, and without a full stop", () => {
  expect(checks.length).toBeGreaterThan(9);
  const unfit = checks.filter(({ summary }) => !/^[A-Z].{9,88}[^.]$/.test(summary));
  expect(unfit.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
});

test("every option of every check is described, as the help and the documents show it", () => {
  const silent = checks.flatMap(({ id, options }) =>
    Object.entries(options.shape)
      .filter(([, option]) => (option.description ?? "") === "")
      .map(([key]) => `${id}.${key}`),
  );
  expect(silent).toEqual([]);
});
