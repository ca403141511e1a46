import { type DockerOptions, runAgainstDaemon, startedWith } from "../../sdk/systems/docker/index.ts";
import { nginxFlags } from "../../sdk/systems/nginx/index.ts";
import type { Tested } from "./tested.ts";

/** Lets nginx test the configuration as it is on the disk now, inside the container that serves. */
export async function testRunning(container: string, options: DockerOptions): Promise<Tested> {
  const { argv, mounts } = await startedWith(container, options);
  const flags = nginxFlags(argv);
  const exec = ["docker", "exec", container, "nginx", ...flags, "-T"];
  const { exitCode, stdout, stderr } = await runAgainstDaemon(exec, options);
  return { how: "in the running proxy", exitCode, dump: stdout, said: stderr, mounts, flags };
}
