import type { Io, Outcome } from "../../core/cli/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { exitCodes, Failure } from "../../core/errors/index.ts";
import { install, planInstallation } from "./install.ts";
import { type Home, homeOf, type JobName, jobNames, type ScheduledJob, scheduledJobs } from "./jobs.ts";
import { overview, type Planned, planned, shownMoment, skippedBySystemd } from "./overview.ts";
import { runIfDue } from "./run-due.ts";
import type { Scheduler, SchedulerKind } from "./scheduler.ts";
import { kindHere, schedulers } from "./schedulers.ts";
import { monitored, silenceOf } from "./silent.ts";
import { neverWorks } from "./within-window.ts";

/** What a script brings to the schedule of a project. */
export interface Scheduling {
  configuration: Configuration;
  home: Home;
  jobs: readonly ScheduledJob[];
  all: Readonly<Record<SchedulerKind, Scheduler>>;
  /** Tells others that a job began and never ended. */
  silent: (job: JobName, why: string) => Promise<void>;
}

/** What each action of the schedule needs. */
export function openScheduling(
  configuration: Configuration,
  project: string,
  silent: Scheduling["silent"],
): Scheduling {
  const home = homeOf(project);
  const jobs = scheduledJobs(configuration, home);
  return { configuration, home, jobs, all: schedulers(configuration, home), silent };
}

interface InstallFlags {
  as?: SchedulerKind | undefined;
  dryRun?: boolean | undefined;
}

/** Installs what the configuration wants, or shows what that would be. */
export async function installSchedule(
  scheduling: Scheduling,
  io: Io,
  { as, dryRun = false }: InstallFlags,
): Promise<Outcome> {
  const { configuration, jobs, all } = scheduling;
  const kind = as ?? kindHere();
  const now = new Date();
  const never = neverWorks(configuration, now);
  if (never !== undefined) throw useless(never);
  const others = Object.values(all).filter((other) => other.kind !== kind);
  const installation = await planInstallation(all[kind], others, jobs);
  if (kind === "systemd")
    skippedBySystemd(
      jobs.map(({ timetable }) => timetable),
      now,
    ).forEach(io.warn);
  if (!dryRun) {
    await install(all[kind], installation, configuration, jobs, now);
    (await all[kind].asleep()).forEach(io.warn);
  }
  const { changes, files } = installation;
  io.say(
    dryRun
      ? `${kind} would be given this:`
      : changes
        ? `installed: ${kind} runs them now`
        : `nothing to change: ${kind} runs them already`,
  );
  const plan = planned(jobs, now);
  return {
    result: { as: kind, dryRun, changes, files: Object.fromEntries(files), jobs: plan },
    print: ({ print, table }) => {
      if (dryRun) for (const [name, text] of files) print(`# ${name}\n${text}`);
      table(nextRows(plan));
    },
  };
}

/** Shows what is installed, whether it is what the configuration wants, and when it runs next. */
export async function showSchedule({ all, jobs, configuration }: Scheduling, io: Io): Promise<Outcome> {
  const now = new Date();
  const seen = await overview(Object.values(all), jobs, configuration, now);
  if (seen.installed.includes("systemd")) {
    skippedBySystemd(
      jobs.map(({ timetable }) => timetable),
      now,
    ).forEach(io.warn);
  }
  seen.differences.forEach(io.warn);
  return {
    // As of `status`: 0 says that all is as it should be.
    exitCode: seen.differences.length === 0 ? exitCodes.done : exitCodes.failedAndPutBack,
    result: seen,
    print: ({ print, table }) => {
      print(
        seen.installed.length === 0 ? notInstalled(jobs.length) : `installed: ${seen.installed.join(", ")}`,
      );
      if (seen.jobs.length > 0) table(nextRows(seen.jobs));
    },
  };
}

function notInstalled(jobs: number): string {
  return jobs === 0
    ? "nothing is installed, and the configuration schedules nothing: say when with schedule.backup or schedule.maintenance"
    : "nothing is installed: ./scripts/schedule.ts install";
}

/** Takes out all that was installed for this project. */
export async function removeSchedule(
  { all }: Scheduling,
  io: Io,
  { dryRun = false }: InstallFlags,
): Promise<Outcome> {
  const removed: Record<string, string[]> = {};
  for (const scheduler of Object.values(all)) {
    const names = [...(await scheduler.installed()).keys()];
    if (names.length === 0) continue;
    if (!dryRun) await scheduler.put(new Map());
    removed[scheduler.kind] = names;
    io.say(`${scheduler.kind}: ${names.join(", ")} ${dryRun ? "would be taken out" : "taken out"}`);
  }
  if (Object.keys(removed).length === 0) io.say("nothing is installed");
  return { result: { dryRun, removed } };
}

/** Runs one job if it is due: what a line of the crontab calls. */
export async function runScheduled(
  scheduling: Scheduling,
  io: Io,
  name: string | undefined,
): Promise<Outcome> {
  const { configuration, home, jobs, silent } = scheduling;
  const wanted = asJobName(name);
  const job = jobs.find((candidate) => candidate.name === wanted);
  if (job === undefined) {
    io.say(`${wanted} is not scheduled in the configuration`);
    return { result: { ran: false, why: "it is not configured" } };
  }
  const asked = await runIfDue({
    configuration,
    job,
    home,
    now: new Date(),
    silent: (why) => silent(job.name, why),
    line: (text) => io.say(`${job.name}: ${text}`),
    signal: io.signal,
  });
  // Every few minutes: no line for it in the schedule's log.
  if (!asked.ran) io.verbose(`${job.name} was not run: ${asked.why}`);
  const good = !asked.ran || asked.exitCode === exitCodes.done || asked.exitCode === exitCodes.lockHeld;
  return { result: asked, exitCode: good ? exitCodes.done : exitCodes.failedAndPutBack };
}

/** Tells others of a run that systemd saw fail, where it could not tell so itself. */
export async function tellOfFailedUnit({ silent }: Scheduling, name: string | undefined): Promise<Outcome> {
  const job = asJobName(name);
  const why = silenceOf(monitored(process.env));
  if (why !== undefined) await silent(job, why);
  return { result: { job, told: why ?? null } };
}

function useless(why: string): Failure {
  return new Failure("SCHEDULE_IMPOSSIBLE", {
    message: why,
    remedy: "let schedule.maintenance begin within maintenance.window",
  });
}

function asJobName(name: string | undefined): JobName {
  const job = jobNames.find((known) => known === name);
  if (job !== undefined) return job;
  throw new Failure("USAGE", {
    message: `${name === undefined ? "no job is named" : `there is no job ${name}`}`,
    remedy: `name one of ${jobNames.join(", ")}`,
  });
}

function nextRows(plan: readonly Planned[]) {
  return plan.flatMap(({ job, timetable, zone, next }) =>
    next.map((iso, index) => ({
      job: index === 0 ? job : "",
      timetable: index === 0 ? timetable : "",
      next: shownMoment(iso, zone),
      here: shownMoment(iso, Intl.DateTimeFormat().resolvedOptions().timeZone),
    })),
  );
}
