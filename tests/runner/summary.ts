import type { FailedTest } from "./junit.ts";
import { type Outcome, total } from "./outcome.ts";

const slowestShown = 12;
/** More of a message stands where the test ran, further up. */
const linesShown = 25;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`.padStart(9);
}

function stageLine({ stage, passed, failed, durationMs }: Outcome): string {
  return `${seconds(durationMs)}  ${stage.padEnd(12)} ${passed} passed, ${failed} failed`;
}

function failureLines({ file, name, message }: FailedTest): string[] {
  const lines = message.trim().split("\n");
  const left = lines.length - linesShown;
  return [
    `(fail) ${file}: ${name}`,
    ...lines.slice(0, linesShown).map((line) => `       ${line}`.trimEnd()),
    ...(left > 0 ? [`       … ${left} lines more`] : []),
  ];
}

/** The stages, what must be known about them, the slowest files, and last the tests that failed, as lines. */
export function summaryLines(outcomes: readonly Outcome[]): string[] {
  const slowest = outcomes
    .flatMap(({ files }) => files)
    .sort((one, other) => other.durationMs - one.durationMs)
    .slice(0, slowestShown);
  const failures = outcomes.flatMap(({ failedTests }) => failedTests);
  return [
    "",
    ...outcomes.flatMap((outcome) => [
      stageLine(outcome),
      ...outcome.notes.map((note) => `           ${note}`),
    ]),
    ...(slowest.length === 0 ? [] : ["", "the slowest files"]),
    ...slowest.map(({ file, durationMs }) => `${seconds(durationMs)}  ${file}`),
    ...(failures.length === 0 ? [] : ["", "what failed"]),
    ...failures.flatMap(failureLines),
    "",
  ];
}

/** The last line of a run. */
export function lastLine(outcomes: readonly Outcome[]): string {
  const { passed, failed } = total(outcomes);
  return `${passed} passed, ${failed} failed`;
}
