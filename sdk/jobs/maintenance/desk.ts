import type { Configuration } from "../../core/config/index.ts";
import type { Check } from "../../core/finding/index.ts";
import type { Release } from "../../core/release/index.ts";

/** What deployments may still come back to. */
export interface Kept {
  releases: readonly string[];
  pinned: readonly Release[];
  /** The release that serves, and the one before it. */
  inService: readonly string[];
  unfinished: string | undefined;
}

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
  /** Read by each task that needs it, with the lock held: a state that cannot be read costs the other tasks nothing. */
  kept: () => Kept;
  checks: {
    certificate: readonly Check[];
    freshness: readonly Check[];
  };
  /** What is worth a person's attention, though it fails nothing. */
  warn: (text: string) => void;
  /** A line that a tool printed, for the log. */
  tool: (line: string) => void;
}
