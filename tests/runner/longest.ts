/**
 * The files that take longest, by the table at the end of a run. Begun first, so that no lane is left with a long one at
 * the end; a name that is missing here costs time, and nothing else.
 */
const longest = [
  "tests/faults/misbehaviour.test.ts",
  "tests/faults/kill-before-switch.test.ts",
  "tests/faults/kill-way-back.test.ts",
  "tests/faults/kill-after-switch.test.ts",
  "tests/faults/daemon.test.ts",
  "tests/faults/wrong-host.test.ts",
  "tests/e2e/compose-layouts.test.ts",
  "tests/e2e/life.test.ts",
];

/** The files in the order in which to begin them. */
export function longestFirst(files: readonly string[]): string[] {
  const rank = (file: string) => (longest.includes(file) ? longest.indexOf(file) : longest.length);
  return files.toSorted((one, other) => rank(one) - rank(other));
}
