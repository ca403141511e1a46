import { setTimeout as sleep } from "node:timers/promises";
import { isTransient, remoteFailure } from "./failures.ts";

/** How long one request may take, and how often it is made again when it did not come through. */
export interface Pace {
  tries: number;
  /** Milliseconds of one try. */
  tryMs: number;
  /** Milliseconds before the second try; twice as many before each further one. */
  delayMs: number;
}

/** Rides out half a minute without a network. A block of 4 MiB fits into a try at 0.3 Mbit/s. */
export const usualPace: Pace = { tries: 6, tryMs: 120_000, delayMs: 1_000 };

/**
 * Makes a request until it comes through, or fails for good. The SDK's own retries know no limit of time for a server
 * that accepts a request and never answers, and are turned off.
 *
 * @throws Failure REMOTE_…, naming `what`; whatever `signal` was aborted with.
 */
export async function attempt<T>(
  what: string,
  pace: Pace,
  signal: AbortSignal,
  request: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    signal.throwIfAborted();
    try {
      return await within(pace.tryMs, signal, request);
    } catch (thrown) {
      signal.throwIfAborted();
      if (tried >= pace.tries || !isTransient(thrown)) throw remoteFailure(what, thrown, tried);
    }
    await sleep(pace.delayMs * 2 ** (tried - 1), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function within<T>(
  ms: number,
  signal: AbortSignal,
  request: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const end = () => limit.abort(signal.reason);
  const timer = setTimeout(() => limit.abort(), ms);
  signal.addEventListener("abort", end, { once: true });
  try {
    return await request(limit.signal);
  } catch (thrown) {
    if (!limit.signal.aborted) throw thrown;
    throw new Error(`no answer within ${ms / 1_000} s`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
