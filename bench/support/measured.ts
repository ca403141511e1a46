import type { Cell } from "../../sdk/core/text/index.ts";
import { median, readable } from "./median.ts";

/** What a benchmark found. */
export interface Measured {
  figures: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  ratios: Readonly<Record<string, number>>;
  /** The same, and more, for a reader. */
  tables: readonly Table[];
  /** What the project promises, by the figure's or ratio's key. */
  limits: readonly Limit[];
}

export interface Table {
  title: string;
  rows: readonly Readonly<Record<string, Cell>>[];
}

export interface Limit {
  key: string;
  atMost?: number;
  atLeast?: number;
}

/** A table's row about one contestant. */
export function sampleRow(what: string, samples: readonly number[], unit: string): Record<string, Cell> {
  return {
    what,
    [`median ${unit}`]: readable(median(samples)),
    least: readable(Math.min(...samples)),
    most: readable(Math.max(...samples)),
    rounds: samples.length,
  };
}
