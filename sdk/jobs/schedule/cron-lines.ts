import { join } from "node:path";
import type { Configuration } from "../../core/config/index.ts";
import { asTyped } from "../../core/process/index.ts";
import { callBack, type Home, type ScheduledJob } from "./jobs.ts";

/** How often cron asks whether a job is due, in minutes: it begins that much late at most. */
const everyMinutes = 5;

/**
 * The lines of a crontab for these jobs. cron knows no time zones and makes up for nothing: so each line only asks, every few
 * minutes, whether its job is due. docs/decisions/0008 says why.
 */
export function cronLines(configuration: Configuration, jobs: readonly ScheduledJob[], home: Home): string {
  const log = join(configuration.logs, "schedule.log");
  const lines = jobs.flatMap(({ name, timetable }) => {
    const argv = ["/usr/bin/env", `PATH=${home.searchPath}`, ...callBack(home, configuration, "run", name)];
    const command = `${asTyped(argv)} >>${asTyped([log])} 2>&1`;
    return [
      `# ${name}: ${timetable.text}, in ${timetable.zone}`,
      `*/${everyMinutes} * * * * ${command.replaceAll("%", "\\%")}`,
    ];
  });
  return [
    "# written by ./scripts/schedule.ts, which replaces all that stands between the two marks",
    ...lines,
    "",
  ].join("\n");
}
