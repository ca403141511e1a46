import type { DockerOptions } from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";

/** A daemon that is restarted under a deployment is waited for this long. */
export const daemonPatienceMs = 60_000;

/** How the commands of one piece of work are run. */
export function commandOptions(work: Work): DockerOptions & { note: Work["note"] } {
  return {
    deadlineMs: work.deadlineMs,
    signal: work.signal,
    patienceMs: daemonPatienceMs,
    onLine: work.tool,
    note: work.note,
  };
}
