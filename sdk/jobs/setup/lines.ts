import type { PlannedItem, SetUp } from "./set-up.ts";

/** What a dry run says: for each requirement whether it is there, and what would install it. */
export function planLines(items: readonly PlannedItem[]): string[] {
  return items.flatMap(({ name, why, from, state, problem, commands }) => [
    `${state === "present" ? "there   " : state.padEnd(8)} ${name} (${why})`,
    ...(problem === undefined ? [] : [`    ${problem}`]),
    ...(commands.length === 0
      ? []
      : [`    comes from ${from}:`, ...commands.map((command) => `    ${command}`)]),
  ]);
}

/** What a set-up came to, in one line. */
export function setUpLine({ purpose, items, durationMs }: SetUp): string {
  const installed = items.filter(({ state }) => state === "installed").length;
  const what = installed === 0 ? "nothing was missing" : `${installed} of ${items.length} installed`;
  return `set up for ${purpose}: ${what} (${(durationMs / 1000).toFixed(1)} s)`;
}
