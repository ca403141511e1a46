import { lastRun } from "../../core/calendar/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import type { ScheduledJob } from "./jobs.ts";
import { readRecord, recordFile } from "./record.ts";

/** Three times as long as cron takes at most to ask. */
const patienceMs = 15 * 60_000;

/** The jobs whose time has come and that nobody has begun: cron is not running, or cannot start them. */
export function overdue(configuration: Configuration, jobs: readonly ScheduledJob[], now: Date): string[] {
  return jobs.flatMap(({ name, timetable }) => {
    const record = readRecord(recordFile(configuration, name));
    const time = lastRun(timetable, now);
    if (record === undefined || time === undefined || new Date(record.since) >= time) return [];
    if (now.getTime() - time.getTime() < patienceMs) return [];
    const since = `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
    return [`${name} is due since ${since}, and was not begun: see whether cron runs, and logs/schedule.log`];
  });
}
