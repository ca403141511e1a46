import { nextRuns, skippedDays, type Timetable } from "../../core/calendar/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import type { JobName, ScheduledJob } from "./jobs.ts";
import { overdue } from "./overdue.ts";
import type { Scheduler, SchedulerKind } from "./scheduler.ts";
import { neverWorks } from "./within-window.ts";

/** One job and its next runs, for a person and for a program. */
export interface Planned {
  job: JobName;
  timetable: string;
  zone: string;
  /** ISO times in UTC. */
  next: string[];
}

/** What is installed, against what the configuration wants. */
export interface Overview {
  jobs: Planned[];
  installed: SchedulerKind[];
  /** What is not as the configuration wants it; nothing when all is. */
  differences: string[];
}

const shownRuns = 3;

/** The next runs of each job, from `now` on. */
export function planned(jobs: readonly ScheduledJob[], now: Date): Planned[] {
  return jobs.map(({ name, timetable }) => ({
    job: name,
    timetable: timetable.text,
    zone: timetable.zone,
    next: nextRuns(timetable, now, shownRuns).map((run) => run.toISOString()),
  }));
}

/** Looks at what each scheduler has of this project. */
export async function overview(
  all: readonly Scheduler[],
  jobs: readonly ScheduledJob[],
  configuration: Configuration,
  now: Date,
): Promise<Overview> {
  const found = await Promise.all(
    all.map(async (scheduler) => ({ scheduler, files: await scheduler.installed() })),
  );
  const installed = found.filter(({ files }) => files.size > 0);
  const differences = installed.flatMap(({ scheduler, files }) => differencesOf(scheduler, files, jobs));
  if (installed.length === 0 && jobs.length > 0) differences.push("nothing is installed");
  for (const { scheduler } of installed) differences.push(...(await scheduler.asleep()));
  if (installed.some(({ scheduler }) => scheduler.kind === "cron")) {
    differences.push(...overdue(configuration, jobs, now));
  }
  const never = neverWorks(configuration, now);
  if (never !== undefined) differences.push(never);
  if (installed.length > 1) differences.push("both cron and systemd run the jobs");
  return {
    jobs: planned(jobs, now),
    installed: installed.map(({ scheduler }) => scheduler.kind),
    differences,
  };
}

function differencesOf(
  scheduler: Scheduler,
  files: ReadonlyMap<string, string>,
  jobs: readonly ScheduledJob[],
): string[] {
  const wanted = scheduler.wanted(jobs);
  const names = new Set([...wanted.keys(), ...files.keys()]);
  return [...names].flatMap((name) => {
    if (wanted.get(name) === files.get(name)) return [];
    if (!files.has(name)) return [`${name} is not installed`];
    return wanted.has(name)
      ? [`${name} is not as the configuration wants it`]
      : [`${name} is installed, and not configured`];
  });
}

/** The days of the next two years on which systemd skips a time, because the clock jumps over it. */
export function skippedBySystemd(timetables: readonly Timetable[], now: Date): string[] {
  return timetables.flatMap((timetable) =>
    skippedDays(timetable, now).map(
      (day) => `${timetable.text} does not exist on ${day} in ${timetable.zone}: systemd skips it`,
    ),
  );
}

/** A moment in UTC and, where that is another one, on the clock of its time zone. */
export function shownMoment(iso: string, zone: string): string {
  const utc = `${iso.slice(0, 16).replace("T", " ")} UTC`;
  if (zone === "UTC") return utc;
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return `${utc} (${format.format(new Date(iso))} ${zone})`;
}
