import type { Io, Outcome } from "../../core/cli/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { type Check, type Finding, runChecks } from "../../core/finding/index.ts";
import { asText } from "./formats/github.ts";
import { type Format, formats } from "./formats/index.ts";
import { liveList } from "./live-list.ts";
import { counts, countsOf, type FailOn, failuresLast, type Report } from "./report.ts";
import { lineOf, plainLines, table } from "./shown.ts";

export interface Showing {
  command: string;
  failOn: FailOn;
  format: Format | undefined;
  /** Whether standard output carries a document, so that the lines for a person go to standard error alone. */
  json: boolean;
}

/**
 * Makes checks side by side and tells of them: a live list at a terminal, every finding in the log, and at the end the
 * report. Exit code 0 when all pass or warn, 1 when one fails.
 *
 * @throws Failure INTERRUPTED
 */
export async function runOn(io: Io, checks: readonly Check[], showing: Showing): Promise<Outcome> {
  const report = await reportOn(io, checks, showing);
  const failed = report.findings.some((finding) => counts(finding, report.failOn));
  return {
    exitCode: failed ? 1 : 0,
    result: { counts: countsOf(report.findings), findings: report.findings },
    print: () => print(io, report, showing.format),
  };
}

async function reportOn(io: Io, checks: readonly Check[], showing: Showing): Promise<Report> {
  const { command, failOn, format, json } = showing;
  const startedAt = new Date();
  using list = liveList(io, checks);
  const talks = !io.live && (json || format !== undefined);
  const findings = await runChecks(checks, {
    signal: io.signal,
    redact: io.redactor.redact,
    each(finding) {
      list.done(finding);
      record(io, finding);
      // A runner reads standard error for commands, too.
      if (talks) io.say(format === "github" ? asText(lineOf(finding)) : lineOf(finding));
    },
  });
  if (io.signal.aborted) throw interrupted();
  const durationMs = Date.now() - startedAt.getTime();
  return { command, startedAt, durationMs, findings: failuresLast(findings), failOn };
}

function record({ log }: Io, { status, id, summary, remedy, evidence, durationMs }: Finding): void {
  const level = { pass: "info", skip: "info", warn: "warn", fail: "error" } as const;
  log[level[status]](`${status} ${id}: ${summary}`, { remedy, evidence, durationMs });
}

function print(io: Io, report: Report, format: Format | undefined): void {
  const forPerson = process.stdout.isTTY ? table : plainLines;
  const lines = format === undefined ? forPerson(report, io.colors) : [formats[format](report)];
  for (const line of lines) io.print(line);
}

function interrupted(): Failure {
  return new Failure("INTERRUPTED", {
    message: "interrupted before every check had looked",
    remedy: "run the script again",
  });
}
