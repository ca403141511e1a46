import { expect, test } from "bun:test";
import { checkFiles } from "../../../docs/generate/checks.ts";
import { Command } from "../../../sdk/core/cli/index.ts";
import { addFlags, flagsOf, readFlags } from "../../../sdk/jobs/check/index.ts";

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

test("the example of every check is a command line that it takes", () => {
  for (const check of checks) {
    const flags = flagsOf(check.options);
    const command = new Command().exitOverride();
    addFlags(command, flags);
    command.parse(words(check.example), { from: "user" });
    expect(() => check.with(readFlags(flags, { ...command.opts() }, "--help"))).not.toThrow();
  }
});

/** As a shell reads it: quotes keep a word together. */
function words(line: string): string[] {
  return (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ""));
}

/** What every check has in the shell, as commander calls it. */
const common = ["json", "quiet", "verbose", "color", "help", "watch", "deadline", "format", "failOn"];

test("no option of a check takes the name of a flag that all have, and each is found again by its flag", () => {
  const odd = checks.flatMap(({ id, options }) =>
    flagsOf(options)
      .filter(({ key, name }) => {
        const again = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
        return common.includes(key) || again !== key;
      })
      .map(({ key }) => `${id}.${key}`),
  );
  expect(odd).toEqual([]);
});
