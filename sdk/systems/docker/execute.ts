import { Failure } from "../../core/errors/index.ts";
import { type Completed, endMarked, run } from "../../core/process/index.ts";
import type { DockerOptions } from "./client.ts";

const marker = "SWITCHOVER_EXECUTED";

/** Docker's own exit code and words when there is no command whose code it could be: 1 may well be the one that is wanted. */
const refusal = 1;
const refused =
  /^(?:Error response from daemon|Error: No such container|Cannot connect to the Docker daemon|error during connect)/i;

/**
 * Runs a command inside a container, whatever its exit code. Docker leaves a command at work there when its client is
 * ended; so one that is cut off by the deadline or the signal is ended here, where this user may and the container runs
 * on this machine.
 *
 * @param user the user inside the container; its own when there is none
 * @throws Failure COMMAND_FAILED where Docker could not begin it, such as in a container that has just ended; otherwise
 *   DEADLINE_EXCEEDED, INTERRUPTED, TOOL_MISSING
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
    const completed = await run(exec, options);
    if (refused.test(completed.stderr) && completed.exitCode === refusal) throw notRun(completed);
    return completed;
  } catch (thrown) {
    await endMarked(marker, mark);
    throw thrown;
  }
}

function notRun({ stderr, exitCode }: Completed): Failure {
  return new Failure("COMMAND_FAILED", {
    message: "docker container exec could not begin the command",
    why: stderr.trim(),
    remedy: "see whether the container still runs: docker ps --all",
    details: { exitCode },
  });
}
