import type { Colors } from "../../core/cli/index.ts";
import type { Finding, FindingStatus } from "../../core/finding/index.ts";
import { formatTable } from "../../core/text/index.ts";
import { type Report, seconds, totals } from "./report.ts";

export const marks: Record<FindingStatus, string> = { pass: "✓", warn: "!", fail: "✗", skip: "–" };

/** A report for a person at a terminal: a table, and under what is not good its remedy. */
export function table(report: Report, colors: Colors): string[] {
  const { findings } = report;
  const rows = findings.map((finding) => ({
    "": `${marks[finding.status]} ${finding.status}`,
    check: finding.id,
    time: seconds(finding.durationMs),
    // Last, where nothing is padded: a long summary wraps in its own row, and widens no other.
    saw: finding.summary,
  }));
  const [head = "", ...lines] = formatTable(rows).split("\n");
  const shown = findings.flatMap((finding, index) => [
    colored(finding.status, lines[index] ?? "", colors),
    ...remedyLines(finding, "          "),
  ]);
  return [colors.dim(head), ...shown, "", totals(report)];
}

/** The same for whoever reads lines: cron, a log, grep. */
export function plainLines(report: Report): string[] {
  const lines = report.findings.flatMap((finding) => [lineOf(finding), ...remedyLines(finding, "  ")]);
  return [...lines, totals(report)];
}

/** `fail disk-space: / has 2 GB free, and 10 GB are needed` */
export function lineOf({ status, id, summary }: Finding): string {
  return `${status} ${id}: ${summary.replaceAll(/\s+/g, " ")}`;
}

function remedyLines({ status, remedy = "" }: Finding, margin: string): string[] {
  if (status === "pass" || remedy === "") return [];
  return remedy.split("\n").map((line, index) => `${margin}${index === 0 ? "fix: " : "     "}${line}`);
}

const colorOf = { pass: "green", warn: "yellow", fail: "red", skip: "dim" } as const;

function colored(status: FindingStatus, text: string, colors: Colors): string {
  const mark = `${marks[status]} ${status}`;
  return text.replace(mark, colors[colorOf[status]](mark));
}
