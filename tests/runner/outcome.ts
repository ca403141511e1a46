import type { FailedTest } from "./junit.ts";

/** What one test file took, for the table of the slowest. */
export interface FileTime {
  file: string;
  durationMs: number;
}

/** What one stage of the run came to. */
export interface Outcome {
  stage: string;
  passed: number;
  failed: number;
  durationMs: number;
  /** What a person must know beyond the numbers. */
  notes: string[];
  files: FileTime[];
  failedTests: FailedTest[];
}

/** The outcome of something that was not done: every part of it counts as failed. */
export function notRun(stage: string, parts: number, why: string): Outcome {
  const notes = [`${parts} not run: ${why}`];
  return { stage, passed: 0, failed: parts, durationMs: 0, notes, files: [], failedTests: [] };
}

/** The numbers of all stages together. */
export function total(outcomes: readonly Outcome[]): { passed: number; failed: number } {
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
  };
}
