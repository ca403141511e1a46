import { nextRuns, openingOf } from "../../core/calendar/index.ts";
import type { Configuration } from "../../core/config/index.ts";

/** A window and a timetable that share no day in this time share none ever. */
const lookedAhead = 70;

/**
 * Why scheduled maintenance would never do anything: none of its times lies within its window. Each of its runs would be a
 * success, and nobody would hear of it.
 */
export function neverWorks({ schedule, maintenance }: Configuration, now: Date): string | undefined {
  const { maintenance: timetable } = schedule;
  const { window } = maintenance;
  if (timetable === undefined || window === undefined) return undefined;
  const runs = nextRuns(timetable, now, lookedAhead * timetable.times.length);
  if (runs.some((run) => openingOf(window, run).open)) return undefined;
  return `maintenance is scheduled for ${timetable.text}, and may work only ${window.text}: it would never do anything`;
}
