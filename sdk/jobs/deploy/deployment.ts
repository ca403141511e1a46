import type { Journal } from "../../core/journal/index.ts";
import type { Release } from "../../core/release/index.ts";
import type { Course, JournalEntry, Migrated, StepName } from "./course.ts";
import type { Desk } from "./desk.ts";
import type { Releases } from "./releases.ts";

/** Everything that the steps of one run share. */
export interface Deployment extends Desk {
  course: Course;
  journal: Journal<JournalEntry>;
  releases: Releases;
  /** Where a failure's diagnosis is written. */
  diagnosisFolder: string;
  findings: Findings;
}

/** What the steps found out on the way, for those after them and for the history. */
export interface Findings {
  release?: Release;
  /** The backup that was made before anything changed. */
  backup?: string;
  migrations?: Migrated;
  /** The old release's median answer time at the front door, milliseconds. */
  baselineMs?: number;
  /** Connections that were still open when the old environment was let go. */
  connectionsLeft?: number | undefined;
  switchMs?: number;
  /** Whether the release was seen to have the traffic, in this run or in the one that it goes on with. */
  hasServed?: boolean;
  failedIn?: StepName;
}
