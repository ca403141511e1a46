import type { ScheduledJob } from "./jobs.ts";

/** What is written for a scheduler, by name: units, or the one block of a crontab. */
export type Files = ReadonlyMap<string, string>;

/** What runs jobs by themselves on a machine. */
export interface Scheduler {
  kind: SchedulerKind;
  /** What should be installed for these jobs. */
  wanted(jobs: readonly ScheduledJob[]): Files;
  /** What is installed of this project. */
  installed(): Promise<Files>;
  /**
   * Looks whether it understands what is to be installed, before anything is written.
   *
   * @throws Failure SCHEDULE_IMPOSSIBLE
   */
  assertUnderstood(files: Files): Promise<void>;
  /** Why what is installed would not run, though it is there. */
  asleep(): Promise<string[]>;
  /** Makes this what is installed of this project; without files nothing of it stays. */
  put(files: Files): Promise<void>;
}

export type SchedulerKind = "cron" | "systemd";
