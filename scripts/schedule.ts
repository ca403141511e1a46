#!/usr/bin/env -S bun --no-env-file --no-install
import { Argument, Command, Option, runScript } from "../sdk/core/cli/index.ts";

const command = new Command()
  .addArgument(
    new Argument("<action>", "what to do; cron and systemd call run and silent").choices([
      "install",
      "show",
      "remove",
      "run",
      "silent",
    ]),
  )
  .addArgument(new Argument("[job]", "the job that run and silent are about"))
  .addOption(
    new Option(
      "--as <scheduler>",
      "what runs the jobs (default: systemd where it runs the machine, else cron)",
    ).choices(["cron", "systemd"] as const),
  )
  .option("--dry-run", "print what would be written, and write nothing");

runScript({
  name: "schedule",
  summary: "Let backups and maintenance run by themselves, at the times that the configuration names",
  examples: [
    "./scripts/schedule.ts install --dry-run    # print the lines of the crontab, or the units",
    "./scripts/schedule.ts install              # by systemd where it runs the machine, else by cron",
    "./scripts/schedule.ts show                 # what is installed, and when it runs next",
    "./scripts/schedule.ts remove               # take out all of it, and nothing else",
  ],
  command,
  // The job that it runs has its own two minutes to put things back, and then tells others.
  cleanupMs: 180_000,
  run: async (flags, io, action, name) => {
    const [{ loadConfiguration }, { tellOfSilence }, schedule] = await Promise.all([
      import("../sdk/core/config/index.ts"),
      import("../sdk/jobs/announce/index.ts"),
      import("../sdk/jobs/schedule/index.ts"),
    ]);
    schedule.assertApplies(action, flags, name);
    const configuration = await loadConfiguration(flags.config);
    const scheduling = schedule.openScheduling(configuration, io.project, (job, why) =>
      tellOfSilence(job === "upload" ? "backup" : job, why, configuration, io),
    );
    switch (action) {
      case "install":
        return schedule.installSchedule(scheduling, io, flags);
      case "show":
        return schedule.showSchedule(scheduling, io);
      case "remove":
        return schedule.removeSchedule(scheduling, io, flags);
      case "run":
        return schedule.runScheduled(scheduling, io, name);
      case "silent":
        return schedule.tellOfFailedUnit(scheduling, name);
    }
  },
});
