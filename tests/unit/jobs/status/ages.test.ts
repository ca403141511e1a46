import { expect, test } from "bun:test";
import { age, minuteOf, since } from "../../../../sdk/jobs/status/ages.ts";

test.each([
  [-3, "0 s"],
  [0, "0 s"],
  [59.9, "59 s"],
  [60, "1 min"],
  [3_599, "59 min"],
  [3_600, "1 h 00 min"],
  [3_600 * 3 + 300, "3 h 05 min"],
  [86_399, "23 h 59 min"],
  [86_400 * 9 + 3_600 * 4, "9 d 4 h"],
])("%d seconds are %s", (seconds, text) => {
  expect(age(seconds)).toBe(text);
});

test("an age is counted from an ISO time, with nanoseconds or without", () => {
  const now = new Date("2026-11-20T18:03:00Z");
  expect(since("2026-11-20T18:02:27.123456789Z", now)).toBe("32 s");
  expect(since("2026-11-20T18:02:27Z", now)).toBe("33 s");
});

test("a time is shown to the minute, in UTC", () => {
  expect(minuteOf("2026-11-20T18:02:27.123Z")).toBe("2026-11-20 18:02 UTC");
});
