import { type DockerOptions, runAgainstDaemon } from "../../sdk/systems/docker/index.ts";

/** Each of them is a second that was begun: of the clock, and of the worker's age. */
const doubtSeconds = 2;

/**
 * Seconds since the nginx in this container has read its configuration: it starts new workers whenever it does. Undefined
 * where that cannot be told, such as on a host without such a `ps`. A worker that took the place of one that died makes it
 * seem less, never more.
 */
export async function sinceRead(container: string, options: DockerOptions): Promise<number | undefined> {
  const top = await runAgainstDaemon(["docker", "top", container, "-o", "pid,etimes,args"], options);
  return top.exitCode === 0 ? youngestWorker(top.stdout) : undefined;
}

/**
 * Which of these files were changed since then. Nothing where that cannot be told: an image without `stat`, a file from the
 * future.
 *
 * @param age what `sinceRead` gave, before this is called: what passes in between makes the reading seem later, not earlier
 */
export async function notInForce(
  container: string,
  files: readonly string[],
  age: number,
  options: DockerOptions,
): Promise<string[]> {
  // A process's folder in /proc bears the time of the look: the clock of where the files are, at no further command.
  const argv = ["docker", "exec", container, "stat", "-L", "-c", "%Y %n", "/proc/self", ...files];
  const { exitCode, stdout } = await runAgainstDaemon(argv, options);
  if (exitCode !== 0) return [];
  const [now = 0, ...changes] = stdout.split("\n").map((line) => Number(/^\d+/.exec(line)?.[0] ?? 0));
  const isNewer = (changed: number) => changed >= now - age + doubtSeconds && changed <= now;
  return files.filter((_, index) => isNewer(changes[index] ?? 0));
}

/** Its age in seconds. Workers of the configuration before say that they are shutting down. */
function youngestWorker(top: string): number | undefined {
  const ages = [...top.matchAll(/^\s*\d+\s+(\d+)\s+\S+: worker process\s*$/gm)].map(([, age]) => Number(age));
  return ages.length === 0 ? undefined : Math.min(...ages);
}
