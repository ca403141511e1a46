/** The middle of some numbers; the mean of the two middle ones when their count is even. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  if (high === undefined || low === undefined) throw new RangeError("there is no median of nothing");
  return (low + high) / 2;
}

/**
 * The median of what each round's pair gives. Two measurements that follow each other share the machine's mood, so this
 * holds still where the quotient of two medians swings.
 */
export function pairedRatio(over: readonly number[], under: readonly number[]): number {
  return median(over.map((value, round) => value / (under[round] ?? Number.NaN)));
}

/** Three digits that say something, whatever the size. */
export function readable(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return value.toFixed(0);
  return value.toPrecision(3);
}
