import { asFailure, type ErrorCode, type ExitCode, exitCodes } from "../../core/errors/index.ts";
import type { MaintenanceDesk } from "./desk.ts";
import { skipped, type Task, type TaskEnd } from "./task.ts";

/** What became of one task, for a person and for a program. */
export type Report = { task: string; title: string; seconds: number } & (
  | TaskEnd
  | {
      outcome: "failed";
      summary: string;
      code: ErrorCode;
      why?: string | undefined;
      remedy: string;
      details: Record<string, unknown>;
    }
);

export interface Telling {
  begin: (task: string) => void;
  end: (report: Report) => void;
}

/**
 * Runs the tasks one after the other, for each of them loads the machine. One that fails costs the others nothing; an
 * interruption ends them all.
 *
 * @throws Failure INTERRUPTED
 */
export async function runTasks(
  tasks: readonly Task[],
  desk: MaintenanceDesk,
  telling: Telling,
): Promise<Report[]> {
  const reports: Report[] = [];
  for (const task of tasks) {
    desk.signal.throwIfAborted();
    telling.begin(task.name);
    const report = await runTask(isOver(desk) ? tooLate(task) : task, desk);
    telling.end(report);
    reports.push(report);
  }
  return reports;
}

async function runTask(task: Task, desk: MaintenanceDesk): Promise<Report> {
  const started = performance.now();
  const common = () => {
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    return { task: task.name, title: task.title, seconds };
  };
  try {
    const end = await task.run(desk);
    return { ...common(), ...end };
  } catch (thrown) {
    if (desk.signal.aborted) throw thrown;
    const { code, message, why, remedy, details } = asFailure(thrown);
    return { ...common(), outcome: "failed", summary: message, code, why, remedy, details };
  }
}

function isOver({ until }: MaintenanceDesk): boolean {
  return until !== undefined && new Date() >= until;
}

function tooLate(task: Task): Task {
  return { ...task, run: async () => skipped("the window has closed") };
}

/** 0 when nothing failed, 5 when something was done beside it, 1 when nothing was. */
export function exitCodeOf(reports: readonly Report[]): ExitCode {
  const failed = reports.filter(({ outcome }) => outcome === "failed").length;
  if (failed === 0) return exitCodes.done;
  return reports.some(({ outcome }) => outcome === "done")
    ? exitCodes.doneInPart
    : exitCodes.failedAndPutBack;
}
