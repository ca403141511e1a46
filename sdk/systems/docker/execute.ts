import { type Completed, endMarked, run } from "../../core/process/index.ts";
import type { DockerOptions } from "./client.ts";

const marker = "SWITCHOVER_EXECUTED";

/**
 * Runs a command inside a container, whatever its exit code. Docker leaves a command at work there when its client is
 * ended; so one that is cut off by the deadline or the signal is ended here, where this user may and the container runs
 * on this machine.
 *
 * @param user the user inside the container; its own when there is none
 * @throws Failure DEADLINE_EXCEEDED, INTERRUPTED, TOOL_MISSING
 */
export async function execute(
  container: string,
  argv: readonly string[],
  { user, ...options }: DockerOptions & { user?: string | undefined },
): Promise<Completed> {
  const mark = crypto.randomUUID();
  const as = user === undefined ? [] : ["--user", user];
  const exec = ["docker", "container", "exec", "--env", `${marker}=${mark}`, ...as, container, ...argv];
  try {
    return await run(exec, options);
  } catch (thrown) {
    await endMarked(marker, mark);
    throw thrown;
  }
}
