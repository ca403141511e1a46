import { Failure } from "../../../core/errors/index.ts";
import { type Finding, runChecks } from "../../../core/finding/index.ts";
import { done, type Step } from "../step.ts";

/** Looks at everything that could make the deployment fail. `--force` goes on in spite of it; it never looks away. */
export const preCheck: Step = {
  name: "pre-check",
  run: async ({ checks, course, options, redact, report, share }, work) => {
    const findings = await runChecks(await checks.before(course.to), {
      signal: work.signal,
      redact,
      share,
      each: (finding) => tell(finding, report),
    });
    const failed = findings.filter(({ status }) => status === "fail");
    if (failed.length > 0 && !options.force) throw refused(failed);
    if (failed.length > 0)
      report.warn(`--force: going on in spite of ${failed.map(({ id }) => id).join(", ")}`);
    const passed = findings.filter(({ status }) => status === "pass");
    return done(`${passed.length} of ${findings.length} pass`);
  },
};

function tell(
  finding: Finding,
  report: { warn: (text: string) => void; note: (step: string, text: string) => void },
): void {
  const line = `${finding.status} ${finding.id}: ${finding.summary}`;
  if (finding.status === "fail" || finding.status === "warn") report.warn(line);
  else report.note("pre-check", line);
}

function refused(failed: readonly Finding[]): Failure {
  return new Failure("PRE_CHECK_FAILED", {
    message: `${failed.length === 1 ? "a check fails" : `${failed.length} checks fail`}: ${failed.map(({ id }) => id).join(", ")}`,
    why: failed.map(({ title, summary }) => `${title}: ${summary}`).join("\n"),
    remedy:
      failed
        .map(({ remedy }) => remedy)
        .filter(Boolean)
        .join("\n") || "mend what is named; nothing was changed",
    details: { findings: failed },
  });
}
