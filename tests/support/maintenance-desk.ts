import type { Configuration } from "../../sdk/core/config/index.ts";
import type { Kept, MaintenanceDesk } from "../../sdk/jobs/maintenance/index.ts";

export type DeskChange = Partial<Omit<MaintenanceDesk, "kept">> & { kept?: Kept };

const nothing: Kept = { releases: [], pinned: [], inService: [], unfinished: undefined };

/** A desk for one task of maintenance, with whatever a test says differently. */
export function maintenanceDesk(
  configuration: Configuration,
  { kept = nothing, ...change }: DeskChange = {},
): MaintenanceDesk {
  return {
    configuration,
    dryRun: false,
    now: new Date(),
    until: undefined,
    signal: new AbortController().signal,
    kept: () => kept,
    checks: { certificate: [], freshness: [] },
    warn: () => {},
    tool: () => {},
    ...change,
  };
}
