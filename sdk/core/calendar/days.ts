/** Which days a time counts on. */
export interface Days {
  /** Of the days of a month that fit, the first, the second …, or the last; undefined for all of them. */
  which: "first" | "second" | "third" | "fourth" | "last" | undefined;
  /** 0 is Sunday; all seven for every day. */
  weekdays: readonly number[];
}

export interface ClockTime {
  hour: number;
  minute: number;
}

export const weekdayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
export const everyDay: readonly number[] = [0, 1, 2, 3, 4, 5, 6];

const ordinals = ["first", "second", "third", "fourth", "last"] as const;

/** Reads `Sun`, `Mon-Fri`, `Tue,Thu`, `first Sun`, or nothing at all; undefined when it is none of these. */
export function parseDays(words: readonly string[]): Days | undefined {
  if (words.length === 0) return { which: undefined, weekdays: everyDay };
  const which = ordinals.find((ordinal) => ordinal === words[0]?.toLowerCase());
  const rest = which === undefined ? words : words.slice(1);
  const [named] = rest;
  if (rest.length !== 1 || named === undefined) return undefined;
  const weekdays = weekdaysOf(named);
  // The first of several days is one that changes from month to month: nobody means that.
  if (weekdays === undefined || (which !== undefined && weekdays.length > 1)) return undefined;
  return { which, weekdays };
}

function weekdaysOf(text: string): number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [from, to, ...others] = part.split("-").map(weekdayOf);
    if (from === undefined || others.length > 0) return undefined;
    if (!part.includes("-")) found.add(from);
    else if (to === undefined) return undefined;
    else for (let day = from; ; day = (day + 1) % 7) if (found.add(day) && day === to) break;
  }
  return [...found].sort((one, other) => one - other);
}

function weekdayOf(name: string): number | undefined {
  const day = weekdayNames.findIndex((known) => known.toLowerCase() === name.toLowerCase());
  return day === -1 ? undefined : day;
}

/** Reads `02:00`; `24:00` too where a stretch of time may end with the day. */
export function parseClockTime(text: string, { endOfDay = false } = {}): ClockTime | undefined {
  const [, hours = "", minutes = ""] = /^(\d{2}):(\d{2})$/.exec(text) ?? [];
  if (endOfDay && text === "24:00") return { hour: 0, minute: 0 };
  const [hour, minute] = [Number(hours), Number(minutes)];
  return hours !== "" && hour < 24 && minute < 60 ? { hour, minute } : undefined;
}

/** Whether the name is one of a time zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
