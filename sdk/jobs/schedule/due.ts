import { lastRun, type Timetable } from "../../core/calendar/index.ts";
import type { RunRecord } from "./record.ts";

/** Whether a job is to be run now; if it is, how often it was begun for this time already. */
export type Due = { due: false } | { due: true; attempts: number };

/** A run that was killed is begun once more, and not again: it may be what takes the machine down. */
const mostAttempts = 2;

/**
 * Whether a time of the timetable has come since the job's last run. However many times were missed, one run makes up for them.
 *
 * @param record what is known of the last run; a record from the future, left by a clock that was wrong, says nothing.
 */
export function dueNow(timetable: Timetable, record: RunRecord, now: Date): Due {
  const time = lastRun(timetable, now);
  const since = new Date(record.since);
  if (time === undefined || since > now) return { due: false };
  if (since < time) return { due: true, attempts: 0 };
  const killed = record.exitCode === undefined && record.attempts > 0 && record.attempts < mostAttempts;
  return killed ? { due: true, attempts: record.attempts } : { due: false };
}
