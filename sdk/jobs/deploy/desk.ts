import type { Configuration } from "../../core/config/index.ts";
import type { Platform } from "../../platforms/index.ts";
import type { DeploymentChecks, DeploymentOptions, Reporter } from "./deployment.ts";
import { type Releases, releasesIn } from "./releases.ts";

/** What a script brings to a run: the configuration, the platform, the checks, and the person at the terminal. */
export interface Desk {
  configuration: Configuration;
  platform: Platform;
  checks: DeploymentChecks;
  options: DeploymentOptions;
  report: Reporter;
  redact: (text: string) => string;
  signal: AbortSignal;
  logFile: string | undefined;
  confirm: (question: string) => Promise<boolean>;
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
