import type { Configuration } from "../../core/config/index.ts";
import type { Check } from "../../core/finding/index.ts";
import type { Share } from "../../core/process/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { Platform, Work } from "../../platforms/index.ts";
import type { Course } from "./course.ts";
import { type Releases, releasesIn } from "./releases.ts";

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
  /** Those that go through the front door, and mean something once the target has the traffic. */
  frontDoor(target: Environment, release: string): Promise<readonly Check[]>;
}

/** A backup that was made before anything changed, or why there was nothing to make one of. */
export type BackupMade = { id: string; detail: string } | { nothing: string };

/** The backups that a script hands to a deployment, which knows no other job. */
export interface DeploymentBackups {
  /** What a backup would hold, a few words each; empty when nothing is configured. */
  holds(): Promise<readonly string[]>;
  /** Makes one and proves it. What it throws ends the deployment. */
  make(course: Course, work: Work): Promise<BackupMade>;
}

/** What came of owners and modes: how it went in words, or why there was nothing to be done. */
export type PermissionsPut = { detail: string } | { nothing: string; configured: boolean };

/** The owners and modes that a script hands to a deployment, which knows no other job. */
export interface DeploymentPermissions {
  /** Brings them into order; destroys nothing. What it throws ends the deployment before anything else has changed. */
  put(work: Work): Promise<PermissionsPut>;
}

export interface DeploymentOptions {
  /** Go on in spite of failed checks, and across a migration that the other release cannot live with. */
  force: boolean;
  skipBackup: boolean;
  /** Take it as confirmed that a breaking migration runs. */
  yes: boolean;
}

/** What a script brings to a run: the configuration, the platform, the checks, and the person at the terminal. */
export interface Desk {
  configuration: Configuration;
  platform: Platform;
  checks: DeploymentChecks;
  backups: DeploymentBackups;
  permissions: DeploymentPermissions;
  options: DeploymentOptions;
  report: Reporter;
  /** By it the checks before a deployment know what the plan has just asked. */
  share: Share;
  redact: (text: string) => string;
  /** Fires when the person interrupts. */
  signal: AbortSignal;
  logFile: string | undefined;
  /** Asks the person; throws CONFIRMATION_NEEDED where nobody can answer. */
  confirm: (question: string) => Promise<boolean>;
  /** Told at each step, for whoever finds the lock held. */
  doing: (text: string, release?: string) => void;
}

/** Where the deployments of a project keep what they know. */
export interface Store {
  journals: string;
  history: string;
  releases: Releases;
}

export function storeOf(configuration: Configuration): Store {
  return {
    journals: configuration.state("journals"),
    history: configuration.state("history.jsonl"),
    releases: releasesIn(configuration.state("releases")),
  };
}
