import type { ErrorCode } from "../../core/errors/index.ts";
import type { LockHolder } from "../../core/lock/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { HistoryRecord, RollbackTarget } from "../deploy/index.ts";

/** What `./scripts/status.ts --json` prints under `result`. What could not be looked at is absent, and stands in `unseen`. */
export interface Status {
  project: string;
  /** Whether the active environment serves: the proxy runs, every service is ready, and the right release answers. */
  serves: boolean;
  /** Why it does not, a sentence each. */
  problems: readonly string[];
  proxy: "up" | "down" | "unknown";
  /** Where the proxy sends requests. */
  active?: Environment;
  environments: Readonly<Record<Environment, EnvironmentStatus>>;
  /** The last deployments and rollbacks that ended, the newest first. */
  deployments: readonly HistoryRecord[];
  /** The newest release that served well and has not been given up since. */
  lastGood?: string;
  /** Where --quick-rollback would lead now. */
  rollback?: RollbackStatus;
  /** Releases that failed or were rolled back from, and have not been deployed with success since. */
  bad: readonly string[];
  /** The run that holds the project's lock. */
  running?: LockHolder;
  /** The run that was cut off, when it is not the one that runs now. */
  unfinished?: UnfinishedStatus;
  unseen: readonly Unseen[];
}

export interface EnvironmentStatus {
  state: "absent" | "stopped" | "partial" | "ready" | "unknown";
  /** By the labels of its containers, or else by what answers. */
  release?: string;
  /** Whether it could take the traffic at once: all of it is ready, and its own addresses prove the release. */
  warm: boolean;
  services: readonly ServiceStatus[];
}

export interface ServiceStatus {
  name: string;
  state: "absent" | "stopped" | "starting" | "ready" | "unhealthy" | "unknown";
  release?: string;
  /** ISO time of the start of what runs now. */
  since?: string;
  restarts?: number;
  /** What it answers past the proxy; absent for a service without an address of its own. */
  direct?: AnswerStatus;
  /** What the front door answers for it; only for the active environment, behind a proxy that runs. */
  frontDoor?: AnswerStatus;
}

export interface AnswerStatus {
  /** Whether it answered well, as the release that it has to be. */
  ok: boolean;
  summary: string;
}

export interface RollbackStatus extends RollbackTarget {
  /** Where it would serve from; absent while the active environment is unknown. */
  environment?: Environment;
  /** Whether that is the switch alone; otherwise the release is started first. */
  instant: boolean;
  /** The newest good release, where that cannot be started, and this one, which is older, can. */
  insteadOf?: string;
  /** Whether this host has what that needs: the release standing there, or its images. Absent where it could not be seen. */
  startable?: boolean;
}

export interface UnfinishedStatus {
  run: string;
  command: "deploy" | "rollback";
  release: string;
  startedAt: string;
  /** The step that it was in, or had last ended. */
  lastStep?: string;
  /** Whether its release got the traffic; absent while the active environment is unknown. */
  switched?: boolean;
  /** What to do about it. */
  remedy: string;
}

/** A look that failed. */
export interface Unseen {
  what: string;
  code: ErrorCode;
  message: string;
  remedy: string;
}
