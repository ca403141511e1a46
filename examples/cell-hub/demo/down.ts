import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../../sdk/core/config/index.ts";
import { docker } from "../../../sdk/systems/docker/index.ts";
import { home } from "../prepare/options.ts";

const deadlineMs = 120_000;
const projectLabel = "com.docker.compose.project";

/** Removes everything that the demo made: containers, volumes, networks, images, data, secrets, and what was remembered. */
export async function takeDown(configuration: Configuration, say: (text: string) => void): Promise<void> {
  const { environments, shared } = configuration.platform;
  const projects = [environments.blue.project, environments.green.project, shared.project];
  for (const project of projects) {
    const containers = await listed([
      "container",
      "ls",
      "--all",
      "--quiet",
      "--filter",
      `label=${projectLabel}=${project}`,
    ]);
    await removed("container", ["--force", "--volumes"], containers);
    say(`${project}: ${containers.length} containers removed`);
  }
  for (const kind of ["volume", "network"] as const) {
    const found = await listed([
      kind,
      "ls",
      "--quiet",
      "--filter",
      `label=${projectLabel}=${shared.project}`,
    ]);
    await removed(kind, [], found);
  }
  const images = await listed([
    "image",
    "ls",
    "--format",
    "{{.Repository}}:{{.Tag}}",
    "--filter",
    `reference=${configuration.project}/*`,
  ]);
  await removed("image", ["--force"], images);
  say(`${images.length} images removed`);
  const leftovers = [".env.shared", ".env.blue", ".env.green", "data", "edge/switch"].map((name) =>
    join(home, name),
  );
  for (const path of [...leftovers, configuration.state()].filter(existsSync))
    rmSync(path, { recursive: true, force: true });
  say("its data, secrets and history are removed; its logs, Docker, Bun and the base images stay");
}

async function listed(args: readonly string[]): Promise<string[]> {
  return (await docker(args, { deadlineMs })).split("\n").filter(Boolean);
}

async function removed(
  kind: "container" | "volume" | "network" | "image",
  flags: readonly string[],
  ids: readonly string[],
) {
  if (ids.length > 0) await docker([kind, "rm", ...flags, ...ids], { deadlineMs });
}
