import type { FindingStatus } from "../../../core/finding/index.ts";
import { type Report, seconds, totals } from "../report.ts";

const signs: Record<FindingStatus, string> = { pass: "✅", warn: "⚠️", fail: "❌", skip: "⏭️" };

/** The report as a table of Markdown, for a pull request or a chat. */
export function markdown(report: Report): string {
  const rows = report.findings.map(({ id, status, summary, remedy = "", durationMs }) =>
    [`${signs[status]} ${status}`, `\`${id}\``, summary, status === "pass" ? "" : remedy, seconds(durationMs)]
      .map(cell)
      .join(" | "),
  );
  return [
    `### ${report.command}: ${totals(report)}`,
    "",
    "| | check | saw | fix | time |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

/** One line, that ends no column, and is neither HTML nor a link or a picture of somebody else's. */
function cell(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("|", "\\|")
    .replaceAll("[", "\\[")
    .replaceAll("<", "&lt;")
    .replaceAll(/\r\n?|\n/g, "<br>");
}
