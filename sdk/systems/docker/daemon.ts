import { z } from "zod";
import { askDocker, type DockerOptions } from "./client.ts";
import { askEngine } from "./engine.ts";

const infoSchema = z.object({
  ServerVersion: z.string(),
  OSType: z.string(),
  Architecture: z.string(),
  LiveRestoreEnabled: z.boolean(),
  DockerRootDir: z.string(),
  Swarm: z.object({ LocalNodeState: z.string() }).optional(),
});

export interface Daemon {
  version: string;
  /** What its images must be built for, such as "linux/amd64". */
  platform: string;
  /** Whether containers go on while the daemon restarts. */
  liveRestore: boolean;
  /** Where it keeps images, containers and volumes. */
  rootDirectory: string;
  swarm: boolean;
}

/** The kernel's names of what images call otherwise. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  armv7l: "arm",
  i686: "386",
};

/**
 * What the daemon says of itself.
 *
 * @throws Failure DOCKER_DOWN, DOCKER_DENIED, COMMAND_FAILED
 */
export async function daemon(options: DockerOptions): Promise<Daemon> {
  const told =
    (await askEngine("/info", options)) ??
    JSON.parse(await askDocker(["info", "--format", "{{json .}}"], options));
  const info = infoSchema.parse(told);
  return {
    version: info.ServerVersion,
    platform: `${info.OSType}/${architectures[info.Architecture] ?? info.Architecture}`,
    liveRestore: info.LiveRestoreEnabled,
    rootDirectory: info.DockerRootDir,
    swarm: info.Swarm?.LocalNodeState === "active",
  };
}

/**
 * Lets the docker client itself ask for the daemon's version: whether the two understand each other, which everything
 * that is done by commands rests on.
 *
 * @throws Failure DOCKER_DOWN, DOCKER_DENIED, TOOL_MISSING, COMMAND_FAILED where one is too old for the other
 */
export async function assertClientUnderstood(options: DockerOptions): Promise<void> {
  await askDocker(["version", "--format", "{{.Server.Version}}"], options);
}
