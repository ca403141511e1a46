import type { Configuration } from "../../sdk/core/config/index.ts";
import type { MaintenanceDesk } from "../../sdk/jobs/maintenance/index.ts";

/** A desk for one task of maintenance, with whatever a test says differently. */
export function maintenanceDesk(
  configuration: Configuration,
  change: Partial<MaintenanceDesk> = {},
): MaintenanceDesk {
  return {
    configuration,
    dryRun: false,
    now: new Date(),
    until: undefined,
    signal: new AbortController().signal,
    kept: { releases: [], pinned: [], inService: [], unfinished: undefined },
    checks: { certificate: [], freshness: [] },
    warn: () => {},
    tool: () => {},
    ...change,
  };
}
