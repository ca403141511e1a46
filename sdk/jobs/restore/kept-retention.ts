import { shownBytes } from "../../core/config/index.ts";
import { type Beside, newestFirst } from "./kept.ts";

export interface KeptRules {
  now: Date;
  keepDays: number;
  keepCount: number;
  /** The ages of what was kept before this time may be wrong, milliseconds since the epoch; see `doubtUntil`. */
  doubted?: number | undefined;
}

/** What becomes of something that a restore replaced, and why. */
export interface KeptVerdict {
  type: Beside["type"];
  target: string;
  at: string;
  /** Bytes, where that is known. */
  size?: number | undefined;
  keep: boolean;
  reasons: string[];
}

const dayMs = 86_400_000;

/**
 * A clock that jumped ahead makes everything old, and shows as a stretch in which no backup was made.
 *
 * @param made when the backups were made, milliseconds since the epoch.
 * @returns when the last stretch of over so many days ended; undefined where there is none.
 */
export function doubtUntil(made: readonly number[], now: Date, days: number): number | undefined {
  const past = made.filter((time) => time <= now.getTime());
  const newestFirst = [now.getTime(), ...past.toSorted((one, other) => other - one)];
  return newestFirst.find((time, index) => time - (newestFirst[index + 1] ?? time) > days * dayMs);
}

/**
 * Decides what may go of what restores replaced: of each database and path, what is older than so many days or beyond the
 * so many newest. The newest of each stays whatever its age: it is what a way back leads to. What a clock that was ahead has
 * dated in the future stays, and takes no other's place.
 */
export function judgeKept(kept: readonly Beside[], rules: KeptRules): KeptVerdict[] {
  const ofEach = Map.groupBy(kept, ({ type, target }) => JSON.stringify([type, target]));
  return [...ofEach.values()].flatMap((same) => {
    const sorted = same.toSorted(newestFirst);
    const future = sorted.filter(({ since }) => Date.parse(since) > rules.now.getTime()).length;
    return sorted.map((one, index) => judge(one, index - future, rules));
  });
}

function judge(
  { type, target, at, since, size }: Beside,
  newer: number,
  { now, keepDays, keepCount, doubted }: KeptRules,
): KeptVerdict {
  const days = (now.getTime() - Date.parse(since)) / dayMs;
  const isDoubted = days > keepDays && doubted !== undefined && Date.parse(since) < doubted;
  const over = [
    ...(days > keepDays && !isDoubted ? [`${Math.floor(days)} days old, over ${keepDays}`] : []),
    ...(newer >= keepCount ? [`${newer} newer, ${keepCount} stay`] : []),
  ];
  const protectedBy = [
    ...(newer === 0 ? [`the newest one of ${target}`] : []),
    ...(days < 0 ? ["dated in the future: the clock was ahead, or is behind"] : []),
  ];
  const keep = over.length === 0 || protectedBy.length > 0;
  const within = isDoubted
    ? "no backup was made for so long that the clock may be wrong"
    : "within its quota";
  const reasons = keep ? (protectedBy.length > 0 ? protectedBy : [within]) : over;
  return { type, target, at, ...(size === undefined ? {} : { size }), keep, reasons };
}

/** What becomes of it, in a line. */
export function keptLine({ type, at, size, keep, reasons }: KeptVerdict): string {
  const shown = size === undefined ? "" : ` (${shownBytes(size)})`;
  return `${keep ? "keep  " : "remove"} ${type} ${at}${shown}: ${reasons.join("; ")}`;
}
