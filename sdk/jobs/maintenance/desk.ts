import type { Configuration } from "../../core/config/index.ts";
import type { Check } from "../../core/finding/index.ts";
import type { Release } from "../../core/release/index.ts";

/** What a script brings to maintenance, which knows neither checks nor deployments. */
export interface MaintenanceDesk {
  configuration: Configuration;
  /** Only say what would be done. */
  dryRun: boolean;
  now: Date;
  /** When the window closes: no task is begun after it. */
  until: Date | undefined;
  /** Fires when the person interrupts. */
  signal: AbortSignal;
  /** What deployments may still come back to. */
  kept: {
    releases: readonly string[];
    pinned: readonly Release[];
    /** The release that serves, and the one before it. */
    inService: readonly string[];
    unfinished: string | undefined;
  };
  checks: {
    certificate: readonly Check[];
    freshness: readonly Check[];
  };
  /** What is worth a person's attention, though it fails nothing. */
  warn: (text: string) => void;
  /** A line that a tool printed, for the log. */
  tool: (line: string) => void;
}
