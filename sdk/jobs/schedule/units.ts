import type { Timetable } from "../../core/calendar/index.ts";
import { everyDay, weekdayNames } from "../../core/calendar/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { bunArgv, callBack, type Home, type ScheduledJob } from "./jobs.ts";

/** The first line of every unit of a project, by which it is known as ours. */
export function signature({ root }: Pick<Configuration, "root">): string {
  return `# written by ./scripts/schedule.ts for ${root}, which replaces this file whole`;
}

/** The units of these jobs, by their file names. */
export function unitsFor(
  configuration: Configuration,
  jobs: readonly ScheduledJob[],
  home: Home,
): Map<string, string> {
  const units = new Map<string, string>();
  if (jobs.length === 0) return units;
  const stem = stemOf(configuration);
  for (const job of jobs) {
    units.set(`${stem}-${job.name}.service`, jobService(configuration, job, home));
    units.set(`${stem}-${job.name}.timer`, timer(configuration, job));
  }
  units.set(`${stem}-silent@.service`, silentService(configuration, home));
  return units;
}

/** What the names of this project's units begin with. */
export function stemOf({ project }: Pick<Configuration, "project">): string {
  return `switchover-${project}`;
}

/** What a run that was interrupted may take to put things back, before it is killed. */
const stopSeconds = 150;

function jobService(configuration: Configuration, { name, argv }: ScheduledJob, home: Home): string {
  const { project, schedule } = configuration;
  return unit(configuration, {
    Unit: [
      `Description=Switchover: ${name} of ${project}`,
      `OnFailure=${stemOf(configuration)}-silent@${name}.service`,
    ],
    Service: [
      "Type=exec",
      `ExecStart=${commandLine([...bunArgv(home), ...argv])}`,
      environment(home),
      `RuntimeMaxSec=${Math.ceil(schedule.timeout / 1_000)}`,
      `TimeoutStopSec=${stopSeconds}`,
      "KillMode=mixed",
      // 3 says that another run holds the project's lock: it is tried again until that one is done. No oneshot may be.
      "RestartForceExitStatus=3",
      "RestartSec=300",
    ],
  });
}

function timer(configuration: Configuration, { name, timetable }: ScheduledJob): string {
  return unit(configuration, {
    Unit: [`Description=Switchover: when ${name} of ${configuration.project} runs (${timetable.text})`],
    Timer: [
      ...calendarsOf(timetable).map((calendar) => `OnCalendar=${calendar}`),
      // What was missed while the machine was off is made up for.
      "Persistent=true",
      "AccuracySec=1min",
    ],
    Install: ["WantedBy=timers.target"],
  });
}

/** Told of a run that systemd saw fail; it tells others only where the run could not. */
function silentService(configuration: Configuration, home: Home): string {
  const argv = callBack(home, configuration, "silent", "%i");
  return unit(configuration, {
    Unit: [`Description=Switchover: tell that %i of ${configuration.project} ended without a word`],
    Service: ["Type=oneshot", `ExecStart=${commandLine(argv)}`, environment(home), "TimeoutStartSec=120"],
  });
}

/** A timetable as systemd.time(7) writes it, one for each time of day. */
export function calendarsOf({ which, weekdays, times, zone }: Timetable): string[] {
  const days =
    weekdays.length === everyDay.length ? "" : `${weekdays.map((day) => weekdayNames[day]).join(",")} `;
  const date = which === undefined ? "*-*-*" : monthDays[which];
  return times.map(({ hour, minute }) => `${days}${date} ${two(hour)}:${two(minute)}:00 ${zone}`);
}

/** Of each weekday, one falls on each of these stretches of a month. */
const monthDays = {
  first: "*-*-01..07",
  second: "*-*-08..14",
  third: "*-*-15..21",
  fourth: "*-*-22..28",
  last: "*-*~07/1",
} as const;

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function unit(configuration: Configuration, sections: Readonly<Record<string, readonly string[]>>): string {
  const parts = Object.entries(sections).map(([name, lines]) => [`[${name}]`, ...lines].join("\n"));
  return `${signature(configuration)}\n${parts.join("\n\n")}\n`;
}

function environment({ searchPath }: Home): string {
  return `Environment=${quoted(`PATH=${searchPath}`)}`;
}

/** A unit's command line, its words as they are but for `%i`. systemd reads `$` in each of them but the program. */
function commandLine([program = "", ...args]: readonly string[]): string {
  const words = args.map((word) => (word === "%i" ? word : quoted(word).replaceAll("$", "$$$$")));
  return [quoted(program), ...words].join(" ");
}

/** systemd reads quotes, backslashes and `%` in every setting. */
function quoted(word: string): string {
  return `"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;
}
