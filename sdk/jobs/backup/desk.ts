import type { Configuration } from "../../core/config/index.ts";

/** What one item came to. */
export interface Took {
  rawBytes: number;
  bytes: number;
  /** Until it was whole and on the disk, and from then on until it was proven. */
  madeSeconds: number;
  provenSeconds: number;
}

/** How a backup tells a person what it does. */
export interface BackupReport {
  begin: (step: string) => void;
  /** How far a step is, for a terminal that shows it live. */
  rate: (step: string, text: string) => void;
  end: (step: string, took: Took) => void;
  /** A step that made nothing, and proved or brought away what was made. */
  proven: (step: string, seconds: number, detail: string) => void;
  say: (text: string) => void;
  warn: (text: string) => void;
  /** A line that a tool complained with. */
  tool: (program: string, line: string) => void;
}

/** What a script, or a deployment, brings to a backup. */
export interface BackupDesk {
  configuration: Configuration;
  report: BackupReport;
  /** Fires when the person interrupts, or the caller's time is over. */
  signal: AbortSignal;
  /** Milliseconds that the whole may take. */
  deadlineMs: number;
  now: () => Date;
}

/** The folder that holds the backups of a project. */
export function backupsFolder({ backups, path }: Configuration): string {
  return path(backups.directory);
}
