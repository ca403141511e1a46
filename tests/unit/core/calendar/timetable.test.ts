import { expect, test } from "bun:test";
import { lastRun, nextRuns, parseTimetable, type Timetable } from "../../../../sdk/core/calendar/index.ts";

function timetable(text: string): Timetable {
  const parsed = parseTimetable(text);
  if (parsed === undefined) throw new Error(`${text} is no timetable`);
  return parsed;
}

const next = (text: string, after: string, count = 3) =>
  nextRuns(timetable(text), new Date(after), count).map((run) => run.toISOString().replace(":00.000Z", "Z"));

test.each([
  ["02:00", { times: [{ hour: 2, minute: 0 }], zone: "UTC", weekdays: [0, 1, 2, 3, 4, 5, 6] }],
  ["Sun 02:00", { weekdays: [0] }],
  ["sat-mon 02:00", { weekdays: [0, 1, 6] }],
  ["Mon-Fri 01:30,13:05 Europe/Prague", { weekdays: [1, 2, 3, 4, 5], zone: "Europe/Prague" }],
  ["first Sun 01:00", { which: "first", weekdays: [0] }],
  ["  last   fri  23:59  UTC ", { which: "last", weekdays: [5] }],
])("%s is a timetable", (text, expected) => {
  expect(timetable(text)).toMatchObject(expected);
});

test.each([
  "",
  "Sunday 02:00",
  "24:00",
  "2:00",
  "02:60",
  "02:00,",
  "Sun",
  "Sun 02:00 Mars/Base",
  "Sun 02:00 UTC please",
  "first 02:00",
  "first Sat,Sun 02:00",
  "Sun- 02:00",
  "Sun-Mon-Tue 02:00",
  "fifth Sun 02:00",
  "0 2 * * *",
  "02:00-04:00",
])("%p is none", (text) => {
  expect(parseTimetable(text)).toBeUndefined();
});

test("the next times come in order, also of several a day", () => {
  expect(next("Fri,Sun 18:00,06:30", "2026-11-26T00:00:00Z", 4)).toEqual([
    "2026-11-27T06:30Z",
    "2026-11-27T18:00Z",
    "2026-11-29T06:30Z",
    "2026-11-29T18:00Z",
  ]);
});

test("the first and the last Sunday of a month are that", () => {
  expect(next("first Sun 01:00", "2027-01-01T00:00:00Z")).toEqual([
    "2027-01-03T01:00Z",
    "2027-02-07T01:00Z",
    "2027-03-07T01:00Z",
  ]);
  expect(next("last Sun 01:00", "2027-01-31T02:00:00Z", 2)).toEqual([
    "2027-02-28T01:00Z",
    "2027-03-28T01:00Z",
  ]);
});

test("a time that the clock jumps over is taken at the end of the jump, one that it shows twice is taken once", () => {
  expect(next("02:30 Europe/Prague", "2027-03-27T12:00:00Z", 2)).toEqual([
    "2027-03-28T01:00Z",
    "2027-03-29T00:30Z",
  ]);
  expect(next("02:30 Europe/Prague", "2027-10-30T12:00:00Z", 2)).toEqual([
    "2027-10-31T00:30Z",
    "2027-11-01T01:30Z",
  ]);
});

test("the last time is the one that is not after now", () => {
  const daily = timetable("02:00");
  expect(lastRun(daily, new Date("2026-11-26T02:00:00.000Z"))).toEqual(new Date("2026-11-26T02:00:00Z"));
  expect(lastRun(daily, new Date("2026-11-26T01:59:59.999Z"))).toEqual(new Date("2026-11-25T02:00:00Z"));
  expect(lastRun(timetable("first Sun 01:00"), new Date("2026-11-26T00:00:00Z"))).toEqual(
    new Date("2026-11-01T01:00:00Z"),
  );
});
