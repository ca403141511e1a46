import { expect, test } from "bun:test";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { parseTimetable } from "../../../../sdk/core/calendar/index.ts";
import { parseConfiguration } from "../../../../sdk/core/config/index.ts";
import { cronLines } from "../../../../sdk/jobs/schedule/cron-lines.ts";
import { scheduledJobs } from "../../../../sdk/jobs/schedule/jobs.ts";
import { calendarsOf, unitsFor } from "../../../../sdk/jobs/schedule/units.ts";
import { oddRoot, scheduledIn } from "./scheduled.ts";

/** What cron makes of the command of a line: it ends at the first "%" that has no backslash before it. */
function asCronReadsIt(line: string): string {
  const command = line.split(" ").slice(5).join(" ");
  expect(command).not.toMatch(/(?<!\\)%/);
  return command.replaceAll("\\%", "%");
}

test("a line of the crontab calls the schedule with absolute paths, whatever is in them", async () => {
  const { configuration, jobs, home } = scheduledIn(oddRoot, {
    backup: "02:00",
    maintenance: "Sun 02:00 Europe/Prague",
  });
  const lines = cronLines(configuration, jobs, home).split("\n");
  expect(lines.filter((line) => line.startsWith("*/5 * * * * "))).toHaveLength(2);
  expect(lines).toContain("# maintenance: Sun 02:00 Europe/Prague, in Europe/Prague");
  const [, , line = ""] = lines;
  const shown = asCronReadsIt(line)
    .replace(/^\/usr\/bin\/env/, "printf '%s\\n'")
    .replace(/ >>.*$/, "");
  const words = Bun.spawnSync(["sh", "-c", shown]).stdout.toString().trim().split("\n");
  expect(words).toEqual([
    "PATH=/usr/bin:/bin",
    "/opt/bun/bun",
    "--no-env-file",
    "--no-install",
    `${oddRoot}/scripts/schedule.ts`,
    "run",
    "backup",
    "--config",
    `${oddRoot}/config/deployment.config.ts`,
  ]);
});

test("the output goes to a log of the project, and not to a mail that nobody reads", () => {
  const { configuration, jobs, home } = scheduledIn("/srv/hub", { backup: "02:00" });
  expect(cronLines(configuration, jobs, home)).toContain(">>/srv/hub/logs/schedule.log 2>&1\n");
});

test("a path with a line end in it is refused", () => {
  expect(() => scheduledIn("/srv/a\n* * * * * root evil", { backup: "02:00" })).toThrow(
    "cannot be scheduled",
  );
});

test("a root of the project with a line end, and a backslash that crons read differently, are refused", () => {
  const { home } = scheduledIn("/srv/hub", {});
  const file = "/srv/hub/config/deployment.config.ts";
  for (const root of ["/srv/a\n* * * * * evil", "/srv/a\\%b", "/srv/a\\\\b"]) {
    const configuration = parseConfiguration({ ...example, root, schedule: { backup: "02:00" } }, file);
    expect(() => scheduledJobs(configuration, home)).toThrow("cannot be scheduled");
  }
});

test("a timetable that is written in several lines is one line of a crontab", () => {
  const { configuration, jobs, home } = scheduledIn("/srv/hub", { backup: "\n Sun\n 02:00\n" });
  const odd = cronLines(configuration, jobs, home).split("\n").slice(1, 3);
  expect(odd).toEqual(["# backup: Sun 02:00, in UTC", expect.stringMatching(/^\*\/5 /)]);
});

test("of a unit's program systemd reads no variable, of its arguments it does", () => {
  const { configuration, jobs, home } = scheduledIn("/srv/$hub", { backup: "02:00" });
  const units = unitsFor(configuration, jobs, { ...home, bun: "/opt/$b/100%/bun" });
  expect(units.get("switchover-cell-hub-backup.service")).toContain(
    '\nExecStart="/opt/$b/100%%/bun" "--no-env-file" "--no-install" "/srv/$$hub/scripts/backup-db.ts"',
  );
});

test("the units of a job: a limit on its time, catching up, and somebody to tell of its failure", () => {
  const { configuration, jobs, home } = scheduledIn("/srv/hub", {
    upload: "first Sun 01:00,13:00",
    timeout: "90m",
  });
  const units = unitsFor(configuration, jobs, home);
  expect([...units.keys()]).toEqual([
    "switchover-cell-hub-upload.service",
    "switchover-cell-hub-upload.timer",
    "switchover-cell-hub-silent@.service",
  ]);
  const service = units.get("switchover-cell-hub-upload.service");
  expect(service).toContain("\nOnFailure=switchover-cell-hub-silent@upload.service\n");
  expect(service).toContain("\nRuntimeMaxSec=5400\n");
  expect(service).toContain('"/srv/hub/scripts/backup-db.ts" "--kind" "scheduled" "--upload" "--config"');
  const timer = units.get("switchover-cell-hub-upload.timer");
  expect(timer).toContain(
    "\nOnCalendar=Sun *-*-01..07 01:00:00 UTC\nOnCalendar=Sun *-*-01..07 13:00:00 UTC\n",
  );
  expect(timer).toContain("\nPersistent=true\n");
});

test("a timetable as systemd writes it", () => {
  const calendars = (text: string) => {
    const timetable = parseTimetable(text);
    return timetable === undefined ? [] : calendarsOf(timetable);
  };
  expect(calendars("02:00")).toEqual(["*-*-* 02:00:00 UTC"]);
  expect(calendars("Mon-Wed 02:00,14:30 Europe/Prague")).toEqual([
    "Mon,Tue,Wed *-*-* 02:00:00 Europe/Prague",
    "Mon,Tue,Wed *-*-* 14:30:00 Europe/Prague",
  ]);
  expect(calendars("last Fri 23:59")).toEqual(["Fri *-*~07/1 23:59:00 UTC"]);
});
