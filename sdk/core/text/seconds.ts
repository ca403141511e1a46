/** A limit of so many milliseconds, as people say it: `6 s`, `1.9 s`, `0.25 s`. What is left of a limit is seldom a round number. */
export function seconds(ms: number): string {
  const exact = ms / 1_000;
  return `${Number(exact < 1 ? exact.toPrecision(2) : exact.toFixed(1))} s`;
}
