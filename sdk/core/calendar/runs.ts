import { Cron } from "croner";
import { type ClockTime, type Days, everyDay, weekdayNames } from "./days.ts";
import type { Timetable } from "./timetable.ts";

/**
 * The next times of a timetable, the first of them after `after`. A time that the clock jumps over is taken at the end of the
 * jump, and one that the clock shows twice is taken once.
 */
export function nextRuns(timetable: Timetable, after: Date, count: number): Date[] {
  const runs = clocksOf(timetable).flatMap((clock) => clock.nextRuns(count, after));
  return inOrder(runs).slice(0, count);
}

/** The last time of a timetable that is not after `now`; undefined when there was none. */
export function lastRun(timetable: Timetable, now: Date): Date | undefined {
  return inOrder(clocksOf(timetable).flatMap((clock) => lastOf(clock, now) ?? [])).at(-1);
}

/** The last time that a clock went off, now included. */
export function lastOf(clock: Cron, now: Date): Date | undefined {
  // croner looks at whole seconds, and only at what lies before the one that it is asked for.
  const nextSecond = new Date(Math.floor(now.getTime() / 1_000) * 1_000 + 1_000);
  return clock.previousRuns(1, nextSecond)[0];
}

/** A clock that goes off at one time of day. */
export function clockAt(time: ClockTime, days: Days, zone: string): Cron {
  return new Cron(cronPattern(time, days), { timezone: zone, paused: true });
}

function clocksOf(timetable: Timetable): Cron[] {
  return timetable.times.map((time) => clockAt(time, timetable, timetable.zone));
}

const nth = { first: "#1", second: "#2", third: "#3", fourth: "#4", last: "#L" } as const;

function cronPattern({ hour, minute }: ClockTime, { which, weekdays }: Days): string {
  const suffix = which === undefined ? "" : nth[which];
  const days =
    weekdays.length === everyDay.length ? ["*"] : weekdays.map((day) => `${weekdayNames[day]}${suffix}`);
  return `${minute} ${hour} * * ${days.join(",").toUpperCase()}`;
}

function inOrder(runs: readonly Date[]): Date[] {
  const moments = new Set(runs.map((run) => run.getTime()));
  return [...moments].sort((one, other) => one - other).map((moment) => new Date(moment));
}

/** The longest time between two runs of a timetable, in milliseconds; a month that has no such day lengthens it. */
export function longestGapMs(timetable: Timetable, after: Date): number {
  const runs = nextRuns(timetable, after, timetable.weekdays.length * timetable.times.length + 13);
  const gaps = runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? 0));
  return Math.max(...gaps);
}

const lookAheadMs = 2 * 366 * 86_400_000;

/** The days of the next two years on which the clock jumps over one of the times: `2027-03-28`. */
export function skippedDays(timetable: Timetable, after: Date): string[] {
  const until = new Date(after.getTime() + lookAheadMs);
  const wall = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timetable.zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const days = timetable.times.flatMap((time) => {
    const clock = clockAt(time, timetable, timetable.zone);
    const runs = clock.nextRuns(lookAheadMs / 86_400_000, after).filter((run) => run < until);
    const shown = runs.map((run) => wall.format(run).split(" "));
    return shown
      .filter(([, hhmm]) => hhmm !== `${two(time.hour)}:${two(time.minute)}`)
      .map(([day = ""]) => day);
  });
  return [...new Set(days)].sort();
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
