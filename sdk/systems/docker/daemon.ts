import { z } from "zod";
import { type DockerOptions, docker } from "./client.ts";

const infoSchema = z.object({
  ServerVersion: z.string(),
  LiveRestoreEnabled: z.boolean(),
  DockerRootDir: z.string(),
  Swarm: z.object({ LocalNodeState: z.string() }).optional(),
});

export interface Daemon {
  version: string;
  /** Whether containers go on while the daemon restarts. */
  liveRestore: boolean;
  /** Where it keeps images, containers and volumes. */
  rootDirectory: string;
  swarm: boolean;
}

/**
 * What the daemon says of itself.
 *
 * @throws Failure DOCKER_DOWN, DOCKER_DENIED, COMMAND_FAILED
 */
export async function daemon(options: DockerOptions): Promise<Daemon> {
  const info = infoSchema.parse(JSON.parse(await docker(["info", "--format", "{{json .}}"], options)));
  return {
    version: info.ServerVersion,
    liveRestore: info.LiveRestoreEnabled,
    rootDirectory: info.DockerRootDir,
    swarm: info.Swarm?.LocalNodeState === "active",
  };
}
