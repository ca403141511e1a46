import { sampleRow, type Table } from "../support/measured.ts";
import { median, pairedRatio } from "../support/median.ts";
import type { TimedRun } from "./timed-checks.ts";

/** What the runs of a set in both ways come to; times in milliseconds. */
export interface Compared {
  figures: { checks: number; wholeSetMs: number; slowestMs: number; sequentialMs: number };
  vsSlowest: number;
  vsSequential: number;
  tables: Table[];
}

export function compared(
  title: string,
  sideBySide: readonly TimedRun[],
  oneAfterAnother: readonly TimedRun[],
): Compared {
  const together = sideBySide.map(({ totalMs }) => totalMs);
  const sequential = oneAfterAnother.map(({ totalMs }) => totalMs);
  const slowest = oneAfterAnother.map(({ checks }) => Math.max(...Object.values(checks)));
  const ids = Object.keys(sideBySide[0]?.checks ?? {});
  const alone = ids.map((id) => ({ id, times: oneAfterAnother.map(({ checks }) => checks[id] ?? 0) }));
  return {
    figures: {
      checks: ids.length,
      wholeSetMs: median(together),
      slowestMs: median(slowest),
      sequentialMs: median(sequential),
    },
    vsSlowest: pairedRatio(together, slowest),
    vsSequential: pairedRatio(together, sequential),
    tables: [
      {
        title,
        rows: [
          sampleRow("side by side", together, "ms"),
          sampleRow("one after another", sequential, "ms"),
          sampleRow("the slowest of them, alone", slowest, "ms"),
        ],
      },
      {
        title: `${title}: each check, alone and beside the others`,
        rows: alone
          .toSorted((one, other) => median(other.times) - median(one.times))
          .map(({ id, times }) => ({
            ...sampleRow(id, times, "ms"),
            beside: median(sideBySide.map(({ checks }) => checks[id] ?? 0)).toFixed(0),
          })),
      },
    ],
  };
}
