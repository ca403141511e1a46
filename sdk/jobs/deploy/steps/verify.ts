import { Failure } from "../../../core/errors/index.ts";
import { runChecks } from "../../../core/finding/index.ts";
import { assertProven, prove } from "../proof.ts";
import { done, type Step } from "../step.ts";

/** Addresses the idle environment directly, and lets every service prove which release it is. */
export const verify: Step = {
  name: "verify",
  run: async ({ checks, course, platform, report }, work) => {
    const proofs = await prove(platform.direct(course.to), course.release, work.signal);
    assertProven(proofs, "VERIFY_FAILED");
    const findings = await runChecks(await checks.after(course.to, course.release), { signal: work.signal });
    const failed = findings.filter(({ status }) => status === "fail");
    for (const finding of findings) {
      if (finding.status === "warn") report.warn(`${finding.id}: ${finding.summary}`);
    }
    const [first] = failed;
    if (first !== undefined) {
      throw new Failure("VERIFY_FAILED", {
        message: `${first.title}: ${first.summary}`,
        why:
          failed
            .slice(1)
            .map(({ title, summary }) => `${title}: ${summary}`)
            .join("\n") || undefined,
        remedy: first.remedy ?? "read the diagnosis beside the log file",
        details: { findings: failed },
      });
    }
    return done(`${proofs.length} services answer as release ${course.release}`);
  },
};
