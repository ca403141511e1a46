import type { Configuration } from "../../core/config/index.ts";
import type { Check } from "../../core/finding/index.ts";
import type { Journal } from "../../core/journal/index.ts";
import type { Environment, Release } from "../../core/release/index.ts";
import type { Platform } from "../../platforms/index.ts";
import type { Course, JournalEntry, Migrated, StepName } from "./course.ts";
import type { Releases } from "./releases.ts";

/** How a run tells a person what it does. */
export interface Reporter {
  begin: (step: string) => void;
  note: (step: string, text: string) => void;
  end: (
    step: string,
    outcome: "done" | "skipped" | "failed" | "not configured" | "undone",
    seconds: number,
    detail?: string,
  ) => void;
  say: (text: string) => void;
  warn: (text: string) => void;
  /** A line that a tool printed. */
  tool: (line: string) => void;
}

/** The checks that a script hands to a deployment, which knows none itself. */
export interface DeploymentChecks {
  before(target: Environment): Promise<readonly Check[]>;
  after(target: Environment, release: string): Promise<readonly Check[]>;
}

export interface DeploymentOptions {
  /** Go on in spite of failed checks, and across a migration that the other release cannot live with. */
  force: boolean;
  skipBackup: boolean;
  /** Take it as confirmed that a breaking migration runs. */
  yes: boolean;
}

/** Everything that the steps of one run share. */
export interface Deployment {
  configuration: Configuration;
  platform: Platform;
  checks: DeploymentChecks;
  options: DeploymentOptions;
  report: Reporter;
  redact: (text: string) => string;
  course: Course;
  journal: Journal<JournalEntry>;
  releases: Releases;
  /** Fires when the person interrupts. */
  signal: AbortSignal;
  /** Where a failure's diagnosis is written. */
  diagnosisFolder: string;
  /** Asks the person; throws CONFIRMATION_NEEDED where nobody can answer. */
  confirm: (question: string) => Promise<boolean>;
  /** Told at each step, for whoever finds the lock held. */
  doing: (text: string) => void;
  findings: Findings;
}

/** What the steps found out on the way, for those after them and for the history. */
export interface Findings {
  release?: Release;
  migrations?: Migrated;
  /** The old release's median answer time at the front door, milliseconds. */
  baselineMs?: number;
  /** Connections that were still open when the old environment was let go. */
  connectionsLeft?: number | undefined;
  switchedAt?: number;
  switchMs?: number;
}

export type { StepName };
