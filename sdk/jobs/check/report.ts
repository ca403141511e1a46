import type { Finding, FindingStatus } from "../../core/finding/index.ts";
import { counted } from "../../core/text/index.ts";

/** From which status on a run has failed. */
export type FailOn = "fail" | "warn";

/** What several checks came to. */
export interface Report {
  /** The command that made them. */
  command: string;
  startedAt: Date;
  durationMs: number;
  /** Those that failed come last, so that they stand where a person looks. */
  findings: readonly Finding[];
  failOn: FailOn;
}

/** What `--json` prints under `result`. */
export interface ReportResult {
  counts: Readonly<Record<FindingStatus, number>>;
  findings: readonly Finding[];
}

const ranks: Record<FindingStatus, number> = { pass: 0, skip: 0, warn: 1, fail: 2 };

/** The findings with those that failed at the end, the warnings before them; otherwise as they came. */
export function failuresLast(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => ranks[one.status] - ranks[other.status]);
}

/** Whether this finding makes the run fail. */
export function counts({ status }: Pick<Finding, "status">, failOn: FailOn): boolean {
  return status === "fail" || (status === "warn" && failOn === "warn");
}

/** How many findings there are of each status. */
export function countsOf(findings: readonly Finding[]): Record<FindingStatus, number> {
  const count = (wanted: FindingStatus) => findings.filter(({ status }) => status === wanted).length;
  return { pass: count("pass"), warn: count("warn"), fail: count("fail"), skip: count("skip") };
}

/** `14 checks: 12 pass, 1 warn, 1 fail, in 3.2 s` */
export function totals({ findings, durationMs }: Report): string {
  const parts = Object.entries(countsOf(findings)).filter(([, count]) => count > 0);
  return `${counted(findings.length, "check")}: ${parts.map(([status, count]) => `${count} ${status}`).join(", ")}, in ${seconds(durationMs)}`;
}

/** `0.03 s`, `12.5 s` */
export function seconds(ms: number): string {
  return `${ms < 100 ? (ms / 1_000).toFixed(2) : (ms / 1_000).toFixed(1)} s`;
}
