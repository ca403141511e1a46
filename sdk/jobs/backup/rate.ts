import { shownBytes } from "../../core/config/index.ts";
import type { Took } from "./desk.ts";

const betweenMs = 200;

/**
 * Tells, not too often, how much has been written, how quickly, and how long it may still take.
 *
 * @param expected bytes of the last one, where there is one.
 */
export function rateOf(
  expected: number | undefined,
  clock: () => number = () => performance.now(),
): (bytes: number, tell: (text: string) => void) => void {
  const began = clock();
  let told = began;
  return (bytes, tell) => {
    const now = clock();
    if (now - told < betweenMs) return;
    told = now;
    const perSecond = bytes / ((now - began) / 1_000);
    const left = expected === undefined ? undefined : Math.ceil((expected - bytes) / perSecond);
    const estimate = left === undefined || left <= 0 ? "" : `, about ${left} s left`;
    tell(`${shownBytes(bytes)} at ${shownBytes(perSecond)}/s${estimate}`);
  };
}

/** What an item came to, in a few words. */
export function describe({ rawBytes, bytes, madeSeconds, provenSeconds }: Took): string {
  const perSecond = shownBytes(rawBytes / Math.max(madeSeconds, 0.001));
  return `${shownBytes(rawBytes)} → ${shownBytes(bytes)} at ${perSecond}/s, decoded in ${provenSeconds.toFixed(1)} s`;
}
