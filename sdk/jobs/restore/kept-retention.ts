import { type Beside, newestFirst } from "./kept.ts";

export interface KeptRules {
  now: Date;
  keepDays: number;
  keepCount: number;
}

/** What becomes of something that a restore replaced, and why. */
export interface KeptVerdict {
  type: Beside["type"];
  target: string;
  at: string;
  keep: boolean;
  reasons: string[];
}

const dayMs = 86_400_000;

/**
 * Decides what may go of what restores replaced: of each database and path, what is older than so many days or beyond the
 * so many newest. The newest of each stays whatever its age: it is what a way back leads to.
 */
export function judgeKept(kept: readonly Beside[], rules: KeptRules): KeptVerdict[] {
  const ofEach = Map.groupBy(kept, ({ type, target }) => JSON.stringify([type, target]));
  return [...ofEach.values()].flatMap((same) =>
    same.toSorted(newestFirst).map((one, index) => judge(one, index, rules)),
  );
}

function judge(
  { type, target, at, since }: Beside,
  newer: number,
  { now, keepDays, keepCount }: KeptRules,
): KeptVerdict {
  const days = (now.getTime() - Date.parse(since)) / dayMs;
  const over = [
    ...(days > keepDays ? [`${Math.floor(days)} days old, over ${keepDays}`] : []),
    ...(newer >= keepCount ? [`${newer} newer, ${keepCount} stay`] : []),
  ];
  const protectedBy = [
    ...(newer === 0 ? [`the newest one of ${target}`] : []),
    ...(days < 0 ? ["dated in the future"] : []),
  ];
  const keep = over.length === 0 || protectedBy.length > 0;
  const reasons = keep ? (protectedBy.length > 0 ? protectedBy : ["within its quota"]) : over;
  return { type, target, at, keep, reasons };
}

/** What becomes of it, in a line. */
export function keptLine({ type, at, keep, reasons }: KeptVerdict): string {
  return `${keep ? "keep  " : "remove"} ${type} ${at}: ${reasons.join("; ")}`;
}
