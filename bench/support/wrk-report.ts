import { z } from "zod";

const count = z.int().nonnegative();

const summarySchema = z.strictObject({
  durationUs: z.int().positive(),
  requests: z.int().positive(),
  bytes: count,
  p99Us: count,
  connect: count,
  read: count,
  write: count,
  timeout: count,
  status: count,
});

export interface WrkReport {
  requests: number;
  requestsPerSecond: number;
  p99Ms: number;
  /** Connections refused or cut, and requests that got no answer in time. */
  socketErrors: number;
  /** Answers of 400 and above. */
  non2xx: number;
}

/**
 * Reads what wrk-summary.lua printed among wrk's own lines.
 *
 * @throws Error when it is not there exactly once, or not understood to its last field: silence is not zero errors.
 */
export function parseWrk(output: string): WrkReport {
  const summaries = output.split("\n").filter((line) => line.startsWith("{"));
  const [summary] = summaries;
  if (summary === undefined || summaries.length > 1) throw new Error(`wrk gave no summary:\n${output}`);
  const { durationUs, requests, p99Us, connect, read, write, timeout, status } = summarySchema.parse(
    JSON.parse(summary),
  );
  return {
    requests,
    requestsPerSecond: (requests * 1e6) / durationUs,
    p99Ms: p99Us / 1_000,
    socketErrors: connect + read + write + timeout,
    non2xx: status,
  };
}
