import { type Outcome, total } from "./outcome.ts";

const slowestShown = 12;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`.padStart(9);
}

function stageLine({ stage, passed, failed, durationMs }: Outcome): string {
  return `${seconds(durationMs)}  ${stage.padEnd(12)} ${passed} passed, ${failed} failed`;
}

/** The stages, what must be known about them, and the slowest files, as lines. */
export function summaryLines(outcomes: readonly Outcome[]): string[] {
  const slowest = outcomes
    .flatMap(({ files }) => files)
    .sort((one, other) => other.durationMs - one.durationMs)
    .slice(0, slowestShown);
  return [
    "",
    ...outcomes.flatMap((outcome) => [
      stageLine(outcome),
      ...outcome.notes.map((note) => `           ${note}`),
    ]),
    ...(slowest.length === 0 ? [] : ["", "the slowest files"]),
    ...slowest.map(({ file, durationMs }) => `${seconds(durationMs)}  ${file}`),
    "",
  ];
}

/** The last line of a run. */
export function lastLine(outcomes: readonly Outcome[]): string {
  const { passed, failed } = total(outcomes);
  return `${passed} passed, ${failed} failed`;
}
