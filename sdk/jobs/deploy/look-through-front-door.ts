import { Failure } from "../../core/errors/index.ts";
import { type Finding, runChecks } from "../../core/finding/index.ts";
import type { Work } from "../../platforms/index.ts";
import type { Deployment } from "./deployment.ts";

export interface Looks extends AsyncDisposable {
  /**
   * Waits for the last of them.
   *
   * @throws Failure WATCH_FAILED when one fails.
   */
  assertPassed(): Promise<void>;
}

/** Begins to look at the new release as its users see it, beside whatever else is done; ends the looks when it is let go. */
export function lookThroughFrontDoor(
  { checks, course, redact, report }: Deployment,
  { signal }: Work,
): Looks {
  const over = new AbortController();
  const looking = (async () => {
    const set = await checks.frontDoor(course.to, course.release);
    return runChecks(set, { signal: AbortSignal.any([signal, over.signal]), redact });
  })();
  // What it throws is told when somebody asks; until then it is no error that nobody caught.
  void looking.catch(() => undefined);
  return {
    async assertPassed() {
      const findings = await looking;
      signal.throwIfAborted();
      for (const { id, status, summary } of findings) if (status === "warn") report.warn(`${id}: ${summary}`);
      const failed = findings.filter(({ status }) => status === "fail");
      const [first] = failed;
      if (first !== undefined) throw unfit(first, failed);
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await looking.catch(() => undefined);
    },
  };
}

function unfit({ remedy, evidence }: Finding, failed: readonly Finding[]): Failure {
  const said = failed.map(({ title, summary }) => `${title}: ${summary}`);
  return new Failure("WATCH_FAILED", {
    message: said[0] ?? "a check at the front door fails",
    why: said.slice(1).join("\n") || undefined,
    remedy: remedy ?? "read the diagnosis beside the log file; the release before serves again",
    details: { service: evidence["service"], findings: failed },
  });
}
