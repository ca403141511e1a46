import { expect, test } from "bun:test";
import fc from "fast-check";
import { openingOf, parseWindow, type Window, weekdayNames } from "../../../../sdk/core/calendar/index.ts";

function window(text: string): Window {
  const parsed = parseWindow(text);
  if (parsed === undefined) throw new Error(`${text} is no window`);
  return parsed;
}

const at = (text: string, now: string) => {
  const opening = openingOf(window(text), new Date(now));
  return opening.open ? `open until ${opening.until.toISOString()}` : `opens ${opening.opens?.toISOString()}`;
};

test.each([
  "",
  "Sun",
  "Sun 02:00",
  "Sun 02:00-25:00",
  "24:00-02:00",
  "Sun 02:00-04:00-06:00",
  "Sun 02:00-04:00 Nowhere",
])("%p is no window", (text) => {
  expect(parseWindow(text)).toBeUndefined();
});

test.each([
  ["Sun 02:00-04:00 UTC", "2026-11-29T02:00:00Z", "open until 2026-11-29T04:00:00.000Z"],
  ["Sun 02:00-04:00 UTC", "2026-11-29T03:59:59.999Z", "open until 2026-11-29T04:00:00.000Z"],
  ["Sun 02:00-04:00 UTC", "2026-11-29T04:00:00Z", "opens 2026-12-06T02:00:00.000Z"],
  ["Sun 02:00-04:00 UTC", "2026-11-29T01:59:59.999Z", "opens 2026-11-29T02:00:00.000Z"],
  // Over midnight, and over the end of the week: the day is that of the beginning.
  ["Sat 23:00-01:00", "2026-11-29T00:59:00Z", "open until 2026-11-29T01:00:00.000Z"],
  ["Sat 23:00-01:00", "2026-11-28T00:30:00Z", "opens 2026-11-28T23:00:00.000Z"],
  ["Sat,Sun 00:00-24:00", "2026-11-29T23:59:59Z", "open until 2026-11-30T00:00:00.000Z"],
  ["Sun 22:00-22:00", "2026-11-30T21:59:00Z", "open until 2026-11-30T22:00:00.000Z"],
  ["first Sun 01:00-03:00", "2026-11-29T01:30:00Z", "opens 2026-12-06T01:00:00.000Z"],
  // Europe/Prague goes from 02:00 to 03:00 on 2027-03-28, and from 03:00 back to 02:00 on 2027-10-31.
  ["Sun 01:30-03:30 Europe/Prague", "2027-03-28T01:29:00Z", "open until 2027-03-28T01:30:00.000Z"],
  ["Sun 01:30-03:30 Europe/Prague", "2027-10-31T02:29:00Z", "open until 2027-10-31T02:30:00.000Z"],
  ["Sun 02:30-04:00 Europe/Prague", "2027-03-28T01:00:00Z", "open until 2027-03-28T02:00:00.000Z"],
  ["Sun 02:00-03:00 Europe/Prague", "2027-03-28T01:00:00Z", "opens 2027-04-04T00:00:00.000Z"],
])("%s at %s: %s", (text, now, expected) => {
  expect(at(text, now)).toBe(expected);
});

/** What a clock on the wall shows, by another way than the one that is tested. */
function wallClock(zone: string, moment: Date): { day: number; minutes: number } {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const day = weekdayNames.map(String).indexOf(parts["weekday"] ?? "");
  return { day, minutes: Number(parts["hour"]) * 60 + Number(parts["minute"]) };
}

const zones = [
  "UTC",
  "Europe/Prague",
  "America/New_York",
  "Asia/Kolkata",
  "Pacific/Chatham",
  "America/St_Johns",
];
const hhmm = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

test("on days without a change of clocks a window is open when the clock on the wall says so", () => {
  const minute = fc.integer({ min: 0, max: 1_439 });
  // February and the first days of March have no change anywhere in these zones.
  const moment = fc.integer({ min: Date.UTC(2027, 1, 2), max: Date.UTC(2027, 2, 6) });
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.subarray([...weekdayNames], { minLength: 1 }),
      minute,
      minute,
      moment,
      (zone, days, from, to, now) => {
        const { day, minutes } = wallClock(zone, new Date(now));
        const isDay = (index: number) => days.some((name) => name === weekdayNames[(index + 7) % 7]);
        const sameDay = isDay(day) && minutes >= from && (from >= to || minutes < to);
        const overMidnight = from >= to && isDay(day - 1) && minutes < to;
        const opening = openingOf(
          window(`${days.join(",")} ${hhmm(from)}-${hhmm(to)} ${zone}`),
          new Date(now),
        );
        expect(opening.open).toBe(sameDay || overMidnight);
      },
    ),
    { numRuns: 300 },
  );
});

test("at any moment of any year a window is open until its end, or opens later, and never longer than a day and an hour", () => {
  const minute = fc.integer({ min: 0, max: 1_439 });
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2029, 0, 1) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), minute, minute, moment, (zone, from, to, now) => {
      const opening = openingOf(window(`${hhmm(from)}-${hhmm(to)} ${zone}`), new Date(now));
      const moment = opening.open ? opening.until : opening.opens;
      expect(moment?.getTime()).toBeGreaterThan(now);
      expect(moment?.getTime()).toBeLessThan(now + 49 * 3_600_000);
      if (opening.open) {
        // Until just before its end it stays open, and at its end it is closed, or opens anew.
        const before = openingOf(
          window(`${hhmm(from)}-${hhmm(to)} ${zone}`),
          new Date(opening.until.getTime() - 1),
        );
        expect(before.open).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
