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

/** `174 MB`, `1.2 GB`, `612 B`: in thousands, as disks are sold. */
export function shownBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1_000 ** power;
  return `${value < 9.95 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** What an item came to, in a few words. */
export function describe({ rawBytes, bytes, madeSeconds, provenSeconds }: Took): string {
  const perSecond = shownBytes(rawBytes / Math.max(madeSeconds, 0.001));
  return `${shownBytes(rawBytes)} → ${shownBytes(bytes)} at ${perSecond}/s, decoded in ${provenSeconds.toFixed(1)} s`;
}
