import { rmSync } from "node:fs";
import type { Completed } from "../../core/process/index.ts";
import { type Container, docker, inspect, runAgainstDaemon } from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";
import { writeSomewhere } from "./override.ts";
import { migrationLabels, type Site } from "./site.ts";
import { handing } from "./steering.ts";
import { commandOptions } from "./work.ts";

/**
 * Runs a command in a new container that is like this one: same image, variables, mounts and networks. The container
 * stays when it has ended, for whoever called to remove.
 */
export async function runBeside(
  site: Site,
  like: Container,
  command: readonly string[],
  variables: Readonly<Record<string, string>>,
  work: Work,
): Promise<Completed> {
  const giveUpAt = performance.now() + work.deadlineMs;
  const options = commandOptions(work);
  const created = await create(site, like, command, variables, work);
  if (created.exitCode !== 0) return created;
  const id = created.stdout.trim();
  for (const network of like.networks.slice(1)) await docker(["network", "connect", network, id], options);
  // A daemon that comes back is asked again: attached to what still runs, or starting anew what went with it.
  return runAgainstDaemon(["docker", "container", "start", "--attach", id], {
    ...options,
    deadlineMs: Math.max(1, giveUpAt - performance.now()),
    isContainersOwn: ({ exitCode }) => endedWith(exitCode, id),
  });
}

/** What a container exits with that a daemon ends, which is stopped itself: 128 and the number of SIGTERM or SIGKILL. */
const endedByDaemon: readonly number[] = [143, 137];
const lookMs = 10_000;

/** Whether the container has ended by itself with this exit code. */
async function endedWith(exitCode: number, id: string): Promise<boolean> {
  const [container] = await inspect([id], { deadlineMs: lookMs }).catch(() => []);
  return (
    container?.status === "exited" && container.exitCode === exitCode && !endedByDaemon.includes(exitCode)
  );
}

async function create(
  site: Site,
  like: Container,
  command: readonly string[],
  variables: Readonly<Record<string, string>>,
  work: Work,
): Promise<Completed> {
  const { env, lines, refused } = handing(variables);
  if (refused.length > 0)
    work.note(`${refused.join(", ")}: not handed to the migration, for a line break in the value`);
  const file =
    lines.length === 0
      ? undefined
      : writeSomewhere(site.configuration.state("compose", "migration.env"), `${lines.join("\n")}\n`);
  try {
    const args = [
      ...["container", "create", "--init"],
      ...Object.entries(migrationLabels(site)).flatMap(([name, value]) => ["--label", `${name}=${value}`]),
      ...["--volumes-from", like.id, "--network", like.networks[0] ?? "none"],
      ...["--workdir", like.workingDirectory || "/"],
      ...(like.user === "" ? [] : ["--user", like.user]),
      ...like.extraHosts.flatMap((host) => ["--add-host", host]),
      ...(file === undefined ? [] : ["--env-file", file]),
      // Only names: docker takes the values from its own environment, so none stands in an argument list.
      ...Object.keys(env).flatMap((name) => ["--env", name]),
      ...["--entrypoint", command[0] ?? "", like.image, ...command.slice(1)],
    ];
    // The new container's id is no line of the migration's own.
    return await runAgainstDaemon(["docker", ...args], { ...commandOptions(work), onLine: undefined, env });
  } finally {
    if (file !== undefined) rmSync(file, { force: true });
  }
}
