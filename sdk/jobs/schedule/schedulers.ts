import { existsSync } from "node:fs";
import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { cron } from "./cron.ts";
import type { Home } from "./jobs.ts";
import type { Scheduler, SchedulerKind } from "./scheduler.ts";
import { systemd } from "./systemd.ts";

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
