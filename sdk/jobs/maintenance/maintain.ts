import { openingOf, type Window } from "../../core/calendar/index.ts";
import type { Io, Outcome } from "../../core/cli/index.ts";
import { exitCodes } from "../../core/errors/index.ts";
import { acquireLock } from "../../core/lock/index.ts";
import type { MaintenanceDesk } from "./desk.ts";
import { exitCodeOf, type Report, runTasks } from "./run.ts";
import { tasks } from "./tasks/index.ts";

export interface MaintenanceOptions {
  /** The names of the tasks; all of them when none is named. */
  only: readonly string[];
  window: Window | undefined;
}

/**
 * Does what is due of maintenance, with the project's lock held. Outside of its window it does nothing, and says when that
 * opens.
 *
 * @throws Failure LOCK_HELD, LOCK_NOT_TAKEN, INTERRUPTED
 */
export async function maintain(
  desk: Omit<MaintenanceDesk, "until">,
  { only, window }: MaintenanceOptions,
  io: Io,
): Promise<Outcome> {
  const opening = window === undefined ? undefined : openingOf(window, desk.now);
  if (opening?.open === false) return outside(window?.text ?? "", opening.opens, io);
  const { configuration, dryRun, now } = desk;
  const holder = { pid: process.pid, command: "maintenance", since: now.toISOString(), doing: "begins" };
  using lock = dryRun ? undefined : acquireLock(configuration.state("lock"), holder);
  using progress = io.progress();
  const chosen = only.length === 0 ? tasks : tasks.filter(({ name }) => only.includes(name));
  const reports = await runTasks(
    chosen,
    { ...desk, until: opening?.until },
    {
      begin(task) {
        lock?.update({ doing: task });
        progress.begin(task);
      },
      end: ({ task, outcome, seconds, summary }) => progress.end(task, outcome, seconds, summary),
    },
  );
  for (const report of reports) tell(report, io);
  return {
    exitCode: exitCodeOf(reports),
    remarks: reports.flatMap(remarkOf),
    result: { ran: true, dryRun, until: opening?.until.toISOString(), tasks: reports },
    print: ({ table }) =>
      table(reports.map(({ task, outcome, summary }) => ({ task, outcome, what: summary }))),
  };
}

function tell(report: Report, io: Io): void {
  const { task, outcome, summary } = report;
  io.log.info(`${task}: ${outcome}: ${summary}`, "details" in report ? report.details : undefined);
  if (report.outcome === "done") report.lines?.forEach(io.say);
  for (const remark of remarkOf(report)) io.warn(remark);
}

/** What of a report a person must see; nothing of a task that did not fail. */
function remarkOf(report: Report): string[] {
  if (report.outcome !== "failed") return [];
  const { task, summary, why, remedy } = report;
  return [`${task} failed: ${summary}${why === undefined ? "" : `\n  why: ${why}`}\n  fix: ${remedy}`];
}

function outside(text: string, opens: Date | undefined, io: Io): Outcome {
  const next =
    opens === undefined ? "" : `; it opens at ${opens.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const nothing = `nothing is done outside of the window ${text}${next}`;
  io.say(nothing);
  const result = { ran: false, window: text, opens: opens?.toISOString() };
  return { exitCode: exitCodes.done, remarks: [nothing], result };
}
