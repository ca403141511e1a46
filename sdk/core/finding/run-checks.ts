import { Failure, messageOf } from "../errors/index.ts";
import { createRedactor } from "../log/index.ts";
import { createShare, type Share } from "../process/index.ts";
import type { Check, Finding, Look } from "./finding.ts";
import { redactedFinding } from "./redacted.ts";

/** What an interrupted look may take to end what it has begun, such as a command. */
const toEndByItselfMs = 200;

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** Hears of every finding as it arrives. */
  each?: ((finding: Finding) => void) | undefined;
  /** Masks what must not be shown. What is a secret by its place, or was hidden by the check, is masked without it. */
  redact?: ((text: string) => string) | undefined;
  /** What the checks share their questions by, where others have asked some of them just before; their own otherwise. */
  share?: Share | undefined;
}

/**
 * Runs checks side by side, each with its own deadline. A check that throws or hangs has failed, and costs the
 * others nothing. Findings come in the order of the checks, without a secret in them.
 */
export function runChecks(checks: readonly Check[], options: RunOptions = {}): Promise<Finding[]> {
  const { share = createShare() } = options;
  const findings: Promise<Finding>[] = [];
  for (const [place, check] of longestFirst(checks)) {
    findings[place] = runCheck(check, share, options).then((finding) => {
      options.each?.(finding);
      return finding;
    });
  }
  return Promise.all(findings);
}

/** What may take longest begins first: where processors are few, the others find room beside it. Each with its place. */
function longestFirst(checks: readonly Check[]): [number, Check][] {
  return [...checks.entries()].sort(([, one], [, other]) => other.deadlineMs - one.deadlineMs);
}

async function runCheck(check: Check, share: Share, { signal: outer, redact = (text) => text }: RunOptions) {
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
  const interrupt = () => {
    const look: Look = { status: "fail", summary: "could not look: interrupted" };
    setTimeout(resolve, toEndByItselfMs, look).unref();
  };
  outer?.addEventListener("abort", interrupt, { once: true });
  if (outer?.aborted) interrupt();
  const own = createRedactor();
  const finding = (look: Look) =>
    redactedFinding(asFinding(check, look, started), (text) => redact(own.redact(text)));
  try {
    const context = {
      signal,
      deadlineMs: check.deadlineMs,
      hide: (secret: string) => own.add(secret),
      share,
    };
    return finding(await Promise.race([tooLate, check.look(context)]));
  } catch (thrown) {
    const remedy = thrown instanceof Failure ? thrown.remedy : undefined;
    return finding({ status: "fail", summary: `could not look: ${messageOf(thrown)}`, remedy });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", interrupt);
  }
}

function asFinding({ id, title }: Check, look: Look, started: number): Finding {
  const { status, summary, remedy, evidence = {} } = look;
  const durationMs = Math.round(performance.now() - started);
  return { id, title, status, summary, ...(remedy === undefined ? {} : { remedy }), evidence, durationMs };
}
