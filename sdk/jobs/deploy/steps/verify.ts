import { Failure } from "../../../core/errors/index.ts";
import { type Finding, runChecks } from "../../../core/finding/index.ts";
import { directAddresses } from "../addresses.ts";
import { assertProven, proveWithPatience } from "../proof.ts";
import { done, type Step } from "../step.ts";

/** Addresses the idle environment directly, and lets every service prove which release it is. */
export const verify: Step = {
  name: "verify",
  run: async (deployment, work) => {
    const { checks, course, redact, report } = deployment;
    const addresses = directAddresses(deployment, course.to, course.release);
    const [proofs, findings] = await Promise.all([
      proveWithPatience(addresses, course.release, work.signal),
      runChecks(await checks.after(course.to, course.release), { signal: work.signal, redact }),
    ]);
    // A way back leads to what served well before: that it is there and answers is enough to leave what does not.
    const refuses = ({ status }: Finding) => status === "fail" && course.command === "deploy";
    for (const finding of findings) {
      const isTold = finding.status === "warn" || finding.status === "fail";
      if (isTold && !refuses(finding)) report.warn(`${finding.id}: ${finding.summary}`);
    }
    const failed = findings.filter(refuses);
    const said = failed.map(({ title, summary }) => `${title}: ${summary}`);
    assertProven(proofs, "VERIFY_FAILED", said);
    const [first] = failed;
    if (first !== undefined) {
      throw new Failure("VERIFY_FAILED", {
        message: said[0] ?? first.summary,
        why: said.slice(1).join("\n") || undefined,
        remedy: first.remedy ?? "read the diagnosis beside the log file",
        details: { service: first.evidence["service"], findings: failed },
      });
    }
    const answering = proofs.length === 1 ? "1 service answers" : `${proofs.length} services answer`;
    return done(`${answering} as release ${course.release}`);
  },
};
