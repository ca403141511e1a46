import { dirname, join } from "node:path";
import type { Timetable } from "../../core/calendar/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";

/** What can be told to run by itself. */
export const jobNames = ["backup", "upload", "maintenance"] as const;

export type JobName = (typeof jobNames)[number];

/** One job that the configuration wants to run by itself. */
export interface ScheduledJob {
  name: JobName;
  timetable: Timetable;
  /** The script with its arguments, to be run by Bun. */
  argv: readonly string[];
}

const scripts: Readonly<Record<JobName, readonly [string, ...string[]]>> = {
  backup: ["backup-db.ts", "--kind", "scheduled"],
  upload: ["backup-db.ts", "--kind", "scheduled", "--upload"],
  maintenance: ["maintenance.ts"],
};

/** Where the scripts and what runs them are; every path is absolute. */
export interface Home {
  /** The folder of the scripts. */
  scripts: string;
  bun: string;
  /** The search path that the jobs are given: cron's own knows half of it. */
  searchPath: string;
}

/**
 * The home of the scripts that this process is one of.
 *
 * @throws Failure SCHEDULE_IMPOSSIBLE for a path that no line of a crontab and no unit can hold.
 */
export function homeOf(project: string): Home {
  const home = { scripts: join(project, "scripts"), bun: process.execPath, searchPath: searchPath() };
  for (const path of [home.scripts, home.bun, home.searchPath]) refuseOdd(path);
  return home;
}

/** What the configuration wants to run by itself. */
export function scheduledJobs(configuration: Configuration, home: Home): ScheduledJob[] {
  for (const path of [configuration.file, configuration.root]) refuseOdd(path);
  return jobNames.flatMap((name) => {
    const timetable = configuration.schedule[name];
    const [script, ...flags] = scripts[name];
    const argv = [join(home.scripts, script), ...flags, "--config", configuration.file];
    return timetable === undefined ? [] : [{ name, timetable, argv }];
  });
}

/** Bun itself, as every script's first line calls it. */
export function bunArgv({ bun }: Home): readonly string[] {
  return [bun, "--no-env-file", "--no-install"];
}

/** This job's own script, with one of the subcommands that cron and systemd call. */
export function callBack(
  home: Home,
  configuration: Configuration,
  action: "run" | "silent",
  job: string,
): string[] {
  return [...bunArgv(home), join(home.scripts, "schedule.ts"), action, job, "--config", configuration.file];
}

const usualPath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

function searchPath(): string {
  const docker = Bun.which("docker");
  return [...new Set([...(docker === null ? [] : [dirname(docker)]), ...usualPath])].join(":");
}

/** Control characters end a line of a crontab, and of a unit; how a backslash is escaped there, each cron has its own idea of. */
function refuseOdd(path: string): void {
  const odd = /\p{Cc}/u.test(path) ? "a control character" : /\\[\\%]/.exec(path)?.[0];
  if (odd === undefined) return;
  throw new Failure("SCHEDULE_IMPOSSIBLE", {
    message: `the path ${JSON.stringify(path)} cannot be scheduled`,
    why: `it has ${odd} in it`,
    remedy: "rename the folder",
  });
}
