import { z } from "zod";
import { askDocker, type DockerOptions } from "./client.ts";

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
  const info = infoSchema.parse(JSON.parse(await askDocker(["info", "--format", "{{json .}}"], options)));
  return {
    version: info.ServerVersion,
    platform: `${info.OSType}/${architectures[info.Architecture] ?? info.Architecture}`,
    liveRestore: info.LiveRestoreEnabled,
    rootDirectory: info.DockerRootDir,
    swarm: info.Swarm?.LocalNodeState === "active",
  };
}
