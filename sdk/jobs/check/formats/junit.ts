import { counts, countsOf, type Report } from "../report.ts";

/** The report as JUnit's XML, which every CI reads: a warning is no failure, unless the run was to fail on it. */
export function junit({ command, startedAt, durationMs, findings, failOn }: Report): string {
  const failures = findings.filter((finding) => counts(finding, failOn)).length;
  const total = `tests="${findings.length}" failures="${failures}" errors="0" skipped="${countsOf(findings).skip}" time="${seconds(durationMs)}"`;
  const cases = findings.map((finding) => {
    const { id, title, status, summary, remedy = "", evidence } = finding;
    const about = `${remedy === "" ? "" : `fix: ${remedy}\n`}${JSON.stringify(evidence, null, 2)}`;
    const inside = counts(finding, failOn)
      ? `<failure message="${escaped(summary)}" type="${status}">${escaped(about)}</failure>`
      : status === "skip"
        ? `<skipped message="${escaped(summary)}"/>`
        : `<system-out>${escaped(`${status}: ${summary}\n${about}`)}</system-out>`;
    return `    <testcase name="${escaped(id)}" classname="${escaped(`${command}.${title}`)}" time="${seconds(finding.durationMs)}">${inside}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${total}>`,
    `  <testsuite name="${escaped(command)}" timestamp="${startedAt.toISOString().slice(0, 19)}" ${total}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
  ].join("\n");
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** XML 1.0 has no way to write most control characters: they become what Unicode keeps for that. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark)
    .replaceAll(/(?![\n\t])[\p{Cc}\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("\n", "&#10;");
}
