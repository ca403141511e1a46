import { median } from "./median.ts";
import type { Proof } from "./proof.ts";

export interface WatchLimits {
  maxErrorRate: number;
  maxLatencyRatio: number;
}

/** One slow answer or one lost packet must not take a release back: a judgement needs this many failures. */
const fewestFailures = 2;
/** Latency is judged on no fewer answers than these. */
const fewestAnswers = 10;
/** Below this, in milliseconds, nobody notices: a ratio of two small times is noise. */
const neverTooSlowMs = 50;

/** Why a release must be taken back, by what the front door has answered since the switch; undefined while it need not. */
export function verdict(
  proofs: readonly Proof[],
  baselineMs: number | undefined,
  limits: WatchLimits,
): { reason: string; service: string | undefined } | undefined {
  const failed = proofs.filter(({ ok }) => !ok);
  const rate = failed.length / Math.max(1, proofs.length);
  if (failed.length >= fewestFailures && rate > limits.maxErrorRate) {
    const last = failed.at(-1);
    const reason = `${failed.length} of ${proofs.length} requests at the front door failed; the last: ${last?.summary}`;
    return { reason, service: last?.service };
  }
  const latency = median(proofs.filter(({ ok }) => ok).map(({ latencyMs }) => latencyMs));
  if (latency === undefined || baselineMs === undefined || proofs.length < fewestAnswers) return undefined;
  if (latency <= neverTooSlowMs || latency <= baselineMs * limits.maxLatencyRatio) return undefined;
  return {
    reason: `the front door answers in ${latency.toFixed(0)} ms, ${(latency / baselineMs).toFixed(1)} times the ${baselineMs.toFixed(0)} ms of the release before`,
    service: undefined,
  };
}
