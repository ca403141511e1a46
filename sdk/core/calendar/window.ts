import { type ClockTime, type Days, everyDay, isTimeZone, parseClockTime, parseDays } from "./days.ts";
import { clockAt, lastOf } from "./runs.ts";

/** A stretch of time on some days, during which something may be done; it may reach over midnight. */
export interface Window extends Days {
  from: ClockTime;
  to: ClockTime;
  zone: string;
  /** As it was written, in one line. */
  text: string;
}

export const windowForms =
  '"Sun 02:00-04:00 UTC", "23:00-01:00", "Sat,Sun 00:00-24:00" or "first Sun 01:00-03:00 Europe/Prague"';

/** Reads a window such as `"Sun 02:00-04:00 UTC"`; in UTC unless told. From a time to the same one is a whole day. */
export function parseWindow(text: string): Window | undefined {
  const words = text.trim().split(/\s+/);
  const at = words.findIndex((word) => word.includes(":"));
  const days = at === -1 ? undefined : parseDays(words.slice(0, at));
  const [begin = "", end = "", ...more] = (words[at] ?? "").split("-");
  const [from, to] = [parseClockTime(begin), parseClockTime(end, { endOfDay: true })];
  const [, zone = "UTC", ...others] = words.slice(at);
  if (days === undefined || from === undefined || to === undefined || more.length > 0) return undefined;
  if (others.length > 0 || !isTimeZone(zone)) return undefined;
  return { ...days, from, to, zone, text: words.join(" ") };
}

/** Whether a window is open: until when, or when it opens next. */
export type Opening = { open: true; until: Date } | { open: false; opens: Date | undefined };

/**
 * Looks whether a window is open at a moment. A beginning that the clock jumps over is at the end of the jump; where the end
 * is jumped over too, the window does not open that day.
 */
export function openingOf(window: Window, now: Date): Opening {
  const begins = clockAt(window.from, window, window.zone);
  const begun = lastOf(begins, now);
  const until = begun === undefined ? undefined : endOf(window, begun);
  if (until !== undefined && now < until) return { open: true, until };
  const next = begins.nextRuns(3, now).find((moment) => moment < endOf(window, moment));
  return { open: false, opens: next };
}

function endOf({ from, to, zone }: Window, begun: Date): Date {
  const wholeDay = from.hour === to.hour && from.minute === to.minute;
  const ends = clockAt(to, { which: undefined, weekdays: everyDay }, zone);
  const after = new Date(begun.getTime() - (wholeDay ? 0 : 1_000));
  return ends.nextRun(after) ?? begun;
}
