import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseTimetable } from "../../../../sdk/core/calendar/index.ts";
import { dueNow } from "../../../../sdk/jobs/schedule/due.ts";
import type { RunRecord } from "../../../../sdk/jobs/schedule/record.ts";
import { monitored, silenceOf } from "../../../../sdk/jobs/schedule/silent.ts";

function due(record: Partial<RunRecord> & { since: string }, now: string, text = "02:00") {
  const timetable = parseTimetable(text);
  if (timetable === undefined) throw new Error(`${text} is no timetable`);
  return dueNow(timetable, { attempts: 1, exitCode: 0, ...record }, new Date(now));
}

test.each([
  ["its time has just come", "2026-11-25T02:00:00Z", "2026-11-26T02:00:00Z", true],
  ["it ran at its time", "2026-11-26T02:00:00Z", "2026-11-26T02:05:00Z", false],
  ["it ran late, to catch up", "2026-11-26T07:35:00Z", "2026-11-26T07:40:00Z", false],
  ["a night without power was missed", "2026-11-25T02:00:00Z", "2026-11-26T09:00:00Z", true],
  ["a month was missed", "2026-10-25T02:00:00Z", "2026-11-26T01:00:00Z", true],
  ["it was scheduled after its time", "2026-11-26T10:00:00Z", "2026-11-26T10:05:00Z", false],
  ["the record is from the future", "2031-01-01T00:00:00Z", "2026-11-26T02:00:00Z", false],
])("when %s", (_, since, now, expected) => {
  expect(due({ since }, now).due).toBe(expected);
});

test("a run that failed waits for the next time; one that was killed is begun once more", () => {
  const since = "2026-11-26T02:00:00Z";
  const now = "2026-11-26T02:10:00Z";
  expect(due({ since, exitCode: 1 }, now)).toEqual({ due: false });
  expect(due({ since, exitCode: undefined }, now)).toEqual({ due: true, attempts: 1 });
  expect(due({ since, exitCode: undefined, attempts: 2 }, now)).toEqual({ due: false });
});

test("asked every quarter of an hour for days, whatever the zone, a job runs once for each of its times", () => {
  const zones = fc.constantFrom(
    "UTC",
    "Europe/Prague",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Chatham",
  );
  const start = fc.integer({ min: Date.UTC(2027, 0, 1), max: Date.UTC(2027, 11, 1) });
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 23 }), start, (zone, hour, begin) => {
      const timetable = parseTimetable(`${String(hour).padStart(2, "0")}:00 ${zone}`);
      if (timetable === undefined) throw new Error("no timetable");
      let record: RunRecord = { since: new Date(begin).toISOString(), attempts: 0, exitCode: 0 };
      const runs: number[] = [];
      const days = 4;
      for (let now = begin; now < begin + days * 86_400_000; now += 900_000) {
        if (!dueNow(timetable, record, new Date(now)).due) continue;
        runs.push(now);
        record = { since: new Date(now).toISOString(), attempts: 1, exitCode: 0 };
      }
      expect(runs.length).toBeGreaterThanOrEqual(days - 1);
      expect(runs.length).toBeLessThanOrEqual(days + 1);
      for (const [index, run] of runs.slice(1).entries()) {
        const hours = (run - (runs[index] ?? 0)) / 3_600_000;
        expect(Math.round(hours)).toBeOneOf([23, 24, 25]);
      }
    }),
    { numRuns: 20 },
  );
}, 60_000);

test.each([
  [{ MONITOR_SERVICE_RESULT: "exit-code", MONITOR_EXIT_STATUS: "1" }, undefined],
  [{ MONITOR_SERVICE_RESULT: "exit-code", MONITOR_EXIT_STATUS: "5" }, undefined],
  [
    { MONITOR_SERVICE_RESULT: "exit-code", MONITOR_EXIT_STATUS: "203" },
    "systemd saw it fail: exit-code (203)",
  ],
  [{ MONITOR_SERVICE_RESULT: "timeout", MONITOR_EXIT_STATUS: "TERM" }, "systemd saw it fail: timeout (TERM)"],
  [{ MONITOR_SERVICE_RESULT: "oom-kill" }, "systemd saw it fail: oom-kill"],
  [{}, "systemd saw it fail"],
])("of a unit that ended so, %p, it is told: %p", (environment, expected) => {
  expect(silenceOf(monitored(environment))).toBe(expected);
});
