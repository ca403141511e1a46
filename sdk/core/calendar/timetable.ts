import { type ClockTime, type Days, isTimeZone, parseClockTime, parseDays } from "./days.ts";

/** When something is to be done, again and again. */
export interface Timetable extends Days {
  times: readonly ClockTime[];
  /** The time zone that the times are of. */
  zone: string;
  /** As it was written, in one line. */
  text: string;
}

/** What a person may write, for messages. */
export const timetableForms =
  '"02:00", "Sun 02:00", "Mon-Fri 01:30,13:30" or "first Sun 01:00", and a time zone behind it';

/** Reads a timetable such as `"Sun 02:00"` or `"Mon-Fri 01:30,13:30 Europe/Prague"`; in UTC unless told. */
export function parseTimetable(text: string): Timetable | undefined {
  const words = text.trim().split(/\s+/);
  const at = words.findIndex((word) => word.includes(":"));
  const [, zone = "UTC", ...others] = words.slice(at);
  const days = at === -1 ? undefined : parseDays(words.slice(0, at));
  const times = (words[at] ?? "").split(",").flatMap((time) => parseClockTime(time) ?? []);
  if (days === undefined || others.length > 0 || !isTimeZone(zone)) return undefined;
  if (times.length === 0 || times.length !== (words[at] ?? "").split(",").length) return undefined;
  return { ...days, times, zone, text: words.join(" ") };
}
