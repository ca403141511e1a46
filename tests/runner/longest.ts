/**
 * The files that take longest, by the table at the end of a run. Begun first, so that no lane is left with a long one at
 * the end; what mostly waits is begun beside what keeps the processors busy. A name that is missing here costs time, and
 * nothing else.
 */
const longest = [
  "tests/integration/jobs/restore/server.test.ts",
  "tests/integration/status.test.ts",
  "tests/integration/checks/set-scripts.test.ts",
  "tests/integration/jobs/restore/files.test.ts",
  "tests/integration/jobs/restore/files-refused.test.ts",
  "tests/integration/checks/proxy-config.test.ts",
  "tests/integration/systems/postgres/swap.test.ts",
  "tests/integration/systems/azure/memory.test.ts",
  "tests/integration/setup.test.ts",
  "tests/integration/jobs/backup/afterwards.test.ts",
  "tests/integration/jobs/schedule/schedule.test.ts",
  "tests/integration/jobs/restore/prune-kept.test.ts",
  "tests/faults/misbehaviour.test.ts",
  "tests/faults/kill-before-switch.test.ts",
  "tests/faults/kill-way-back.test.ts",
  "tests/faults/daemon.test.ts",
  "tests/faults/kill-after-switch.test.ts",
  "tests/faults/load.test.ts",
  "tests/faults/idle-dies.test.ts",
  "tests/faults/interrupt.test.ts",
  "tests/faults/full-disk.test.ts",
  "tests/faults/restore-killed.test.ts",
  "tests/e2e/compose-layouts.test.ts",
  "tests/e2e/life.test.ts",
  "tests/e2e/example-checks.test.ts",
  "tests/e2e/adopted-stack.test.ts",
  "tests/e2e/compose-version-1.test.ts",
];

/** The files in the order in which to begin them. */
export function longestFirst(files: readonly string[]): string[] {
  const rank = (file: string) => (longest.includes(file) ? longest.indexOf(file) : longest.length);
  return files.toSorted((one, other) => rank(one) - rank(other));
}
