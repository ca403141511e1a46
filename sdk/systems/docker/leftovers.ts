import { type DockerOptions, docker, runAgainstDaemon } from "./client.ts";
import { composeLabels } from "./containers.ts";

const kinds = ["network", "volume"] as const;

/**
 * Runs a piece of work that starts a throw-away container of this name, and afterwards removes it, where it is still
 * there, and the project's networks and volumes that Compose made for it. What others use by then stays.
 */
export async function leavingNothing<Result>(
  project: string,
  container: string,
  options: DockerOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = await Promise.all(kinds.map((kind) => list(kind, project, options)));
  try {
    return await work();
  } finally {
    // The work may have been cut off: cleaning up has a time of its own.
    const afterwards = { deadlineMs: 15_000 };
    await runAgainstDaemon(["docker", "container", "rm", "--force", "--volumes", container], afterwards);
    for (const [index, kind] of kinds.entries()) {
      const made = (await list(kind, project, afterwards)).filter((name) => !before[index]?.includes(name));
      for (const name of made) await docker([kind, "rm", name], afterwards).catch(() => undefined);
    }
  }
}

async function list(
  kind: (typeof kinds)[number],
  project: string,
  options: DockerOptions,
): Promise<string[]> {
  const filter = `label=${composeLabels.project}=${project}`;
  return (await docker([kind, "ls", "--quiet", "--filter", filter], options)).split("\n").filter(Boolean);
}
