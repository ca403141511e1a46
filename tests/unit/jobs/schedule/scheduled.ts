import { join } from "node:path";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { parseConfiguration } from "../../../../sdk/core/config/index.ts";
import { type Home, scheduledJobs } from "../../../../sdk/jobs/schedule/jobs.ts";

/** The example's configuration with a schedule, in a folder with names that must be escaped everywhere. */
export function scheduledIn(root: string, schedule: NonNullable<typeof example.schedule>) {
  const configuration = parseConfiguration(
    { ...example, root, schedule },
    join(root, "config/deployment.config.ts"),
  );
  const home: Home = { scripts: join(root, "scripts"), bun: "/opt/bun/bun", searchPath: "/usr/bin:/bin" };
  return { configuration, home, jobs: scheduledJobs(configuration, home) };
}

export const oddRoot = "/srv/it's 100% $HOME\\hub/ü";
