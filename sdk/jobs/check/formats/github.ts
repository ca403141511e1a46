import { counts, type Report, totals } from "../report.ts";
import { lineOf } from "../shown.ts";

/** The report as workflow commands of GitHub Actions: what is not good is shown at the run and at the pull request. */
export function github(report: Report): string {
  const lines = report.findings.map((finding) => {
    const { id, status, summary, remedy = "" } = finding;
    if (status === "pass" || status === "skip") return asText(lineOf(finding));
    const level = counts(finding, report.failOn) ? "error" : "warning";
    const message = remedy === "" ? summary : `${summary}\nfix: ${remedy}`;
    return `::${level} title=${property(id)}::${data(message)}`;
  });
  return [...lines, totals(report)].join("\n");
}

/** What begins with :: would be a command of its own, and so would what stands behind ##[, wherever in a line. */
export function asText(line: string): string {
  return line.replaceAll("::", ": :").replaceAll("##[", "## [");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
