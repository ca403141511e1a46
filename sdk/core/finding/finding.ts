import { Failure, messageOf } from "../errors/index.ts";

export type FindingStatus = "pass" | "warn" | "fail" | "skip";

/** What a check saw. */
export interface Look {
  status: FindingStatus;
  /** One line: what was seen. */
  summary: string;
  /** What to do about it, for a warning or a failure. */
  remedy?: string | undefined;
  /** What the summary rests on; never a secret. */
  evidence?: Record<string, unknown>;
}

export interface Finding extends Look {
  id: string;
  title: string;
  evidence: Record<string, unknown>;
  durationMs: number;
}

export interface CheckContext {
  signal: AbortSignal;
  deadlineMs: number;
}

/** A look at one thing. It leaves the system as it found it. */
export interface Check {
  id: string;
  title: string;
  /** Milliseconds after which the check has failed for not having looked. */
  deadlineMs: number;
  look(context: CheckContext): Promise<Look>;
}

/**
 * Runs checks side by side, each with its own deadline. A check that throws or hangs has failed, and costs the
 * others nothing. Findings come in the order of the checks; `each` hears of every one as it arrives.
 */
export function runChecks(
  checks: readonly Check[],
  options: { signal?: AbortSignal | undefined; each?: (finding: Finding) => void } = {},
): Promise<Finding[]> {
  return Promise.all(
    checks.map(async (check) => {
      const finding = await runCheck(check, options.signal);
      options.each?.(finding);
      return finding;
    }),
  );
}

async function runCheck(check: Check, outer: AbortSignal | undefined): Promise<Finding> {
  const started = performance.now();
  const deadline = new AbortController();
  const signal = outer === undefined ? deadline.signal : AbortSignal.any([outer, deadline.signal]);
  const { promise: tooLate, resolve } = Promise.withResolvers<Look>();
  const timer = setTimeout(() => {
    resolve({
      status: "fail",
      summary: `could not look: no result within ${check.deadlineMs / 1000} s`,
      remedy: "find out why what it looks at does not answer",
    });
    deadline.abort();
  }, check.deadlineMs);
  try {
    const look = await Promise.race([tooLate, check.look({ signal, deadlineMs: check.deadlineMs })]);
    return asFinding(check, look, started);
  } catch (thrown) {
    const remedy = thrown instanceof Failure ? thrown.remedy : undefined;
    return asFinding(
      check,
      { status: "fail", summary: `could not look: ${messageOf(thrown)}`, remedy },
      started,
    );
  } finally {
    clearTimeout(timer);
  }
}

function asFinding(check: Check, look: Look, started: number): Finding {
  const { id, title } = check;
  return { id, title, evidence: {}, ...look, durationMs: Math.round(performance.now() - started) };
}
