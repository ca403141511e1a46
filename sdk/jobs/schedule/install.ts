import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import type { JobName, ScheduledJob } from "./jobs.ts";
import { readRecord, recordFile, writeRecord } from "./record.ts";
import type { Files, Scheduler } from "./scheduler.ts";

/** What is to be written by a scheduler, and what of it is new. */
export interface Installation {
  files: Files;
  /** Whether anything is to be written at all. */
  changes: boolean;
  /** Whether nothing at all was installed before. */
  first: boolean;
}

/**
 * What would be installed.
 *
 * @throws Failure SCHEDULE_EMPTY; SCHEDULE_IMPOSSIBLE; SCHEDULE_TWICE when the other scheduler has the jobs already.
 */
export async function planInstallation(
  scheduler: Scheduler,
  others: readonly Scheduler[],
  jobs: readonly ScheduledJob[],
): Promise<Installation> {
  if (jobs.length === 0) throw empty();
  for (const other of others) if ((await other.installed()).size > 0) throw twice(other, scheduler);
  const [files, before] = [scheduler.wanted(jobs), await scheduler.installed()];
  await scheduler.assertUnderstood(files);
  const same = files.size === before.size && [...files].every(([name, text]) => before.get(name) === text);
  return { files, changes: !same, first: before.size === 0 };
}

/** Installs it. What a job missed before it was scheduled at all is not made up for. */
export async function install(
  scheduler: Scheduler,
  { files, first }: Installation,
  configuration: Configuration,
  jobs: readonly ScheduledJob[],
  now: Date,
): Promise<void> {
  for (const { name } of jobs) beginRecord(configuration, name, now, first);
  await scheduler.put(files);
}

function beginRecord(configuration: Configuration, job: JobName, now: Date, anew: boolean): void {
  const file = recordFile(configuration, job);
  if (anew || readRecord(file) === undefined)
    writeRecord(file, { since: now.toISOString(), attempts: 0, exitCode: 0 });
}

function empty(): Failure {
  return new Failure("SCHEDULE_EMPTY", {
    message: "the configuration schedules nothing",
    remedy: 'say when, for instance schedule: { backup: "02:00", maintenance: "Sun 02:00" }',
  });
}

function twice(other: Scheduler, scheduler: Scheduler): Failure {
  return new Failure("SCHEDULE_TWICE", {
    message: `${other.kind} runs the jobs already`,
    why: `with ${scheduler.kind} beside it, each would run twice`,
    remedy: "take them out first: ./scripts/schedule.ts remove",
  });
}
