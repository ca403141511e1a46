import type { Configuration } from "../../core/config/index.ts";
import type { RestoreJournal } from "./journal.ts";

/** How a restore tells a person what it does. */
export interface RestoreReport {
  begin(step: string): void;
  /** How far a step is, for a terminal that shows it live. */
  rate(step: string, text: string): void;
  end(step: string, outcome: "done" | "failed" | "undone", seconds: number, detail?: string): void;
  say(text: string): void;
  warn(text: string): void;
  /** A line that a tool complained with. */
  tool(program: string, line: string): void;
}

/** What a script brings to a restore. The project's lock is held. */
export interface RestoreDesk {
  configuration: Configuration;
  report: RestoreReport;
  journal: RestoreJournal;
  /** What opens encrypted backups; none opens the others. */
  identities: readonly string[];
  /** Fires when the person interrupts. */
  signal: AbortSignal;
  /** Milliseconds that are left of what the whole may take. */
  remainingMs(): number;
  now(): Date;
}
