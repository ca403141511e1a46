import { existsSync } from "node:fs";
import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { cron } from "./cron.ts";
import type { Home, ScheduledJob } from "./jobs.ts";
import { systemd } from "./systemd.ts";

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

/** Both of them, the one that this machine would be given first. */
export function schedulers(configuration: Configuration, home: Home): Record<SchedulerKind, Scheduler> {
  return { systemd: systemd(configuration, home), cron: cron(configuration, home) };
}

/**
 * systemd where it runs the machine, else cron.
 *
 * @throws Failure SCHEDULER_MISSING
 */
export function kindHere(): SchedulerKind {
  if (existsSync("/run/systemd/system")) return "systemd";
  if (Bun.which("crontab") !== null) return "cron";
  throw new Failure("SCHEDULER_MISSING", {
    message: "nothing on this machine could run a job by itself",
    why: "systemd does not run it, and there is no crontab",
    remedy: "install cron (apt-get install cron), or call the scripts from the scheduler that you have",
  });
}
