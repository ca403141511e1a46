import type { MaintenanceDesk } from "./desk.ts";

/** What a task came to. One that could not do its work throws. */
export type TaskEnd =
  | {
      outcome: "done";
      summary: string;
      details?: Record<string, unknown> | undefined;
      /** What a person is told of it beside the summary. */
      lines?: readonly string[] | undefined;
    }
  /** Nothing was to be done here, and why. */
  | { outcome: "skipped"; summary: string };

/** One piece of maintenance. It may be cut off between any two lines, and repeated. */
export interface Task {
  name: string;
  title: string;
  run(desk: MaintenanceDesk): Promise<TaskEnd>;
}

/** The end of a task that did its work. */
export function done(summary: string, details?: Record<string, unknown>, lines?: readonly string[]): TaskEnd {
  return { outcome: "done", summary, details, lines };
}

/** The end of a task that had nothing to do here. */
export function skipped(summary: string): TaskEnd {
  return { outcome: "skipped", summary };
}
