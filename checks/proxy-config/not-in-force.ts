import { type DockerOptions, runAgainstDaemon } from "../../sdk/systems/docker/index.ts";

/** Each of them is a second that was begun: of the clock, and of the worker's age. */
const doubtSeconds = 2;

/**
 * Which of these files were changed since the nginx in this container has read them: it starts new workers whenever it
 * does. Nothing where that cannot be told: an image without `stat`, a host without such a `ps`, a file from the future.
 * What only looks younger than it is, such as a worker that took the place of one that died, is never held against a file.
 */
export async function notInForce(
  container: string,
  files: readonly string[],
  options: DockerOptions,
): Promise<string[]> {
  // The ages first: a busy machine then lets the workers seem younger than they are, not older.
  const top = await runAgainstDaemon(["docker", "top", container, "-o", "pid,etimes,args"], options);
  const inside = ["docker", "exec", container];
  const clock = await runAgainstDaemon([...inside, "date", "+%s"], options);
  const stat = await runAgainstDaemon([...inside, "stat", "-L", "-c", "%Y %n", ...files], options);
  if ([top, clock, stat].some(({ exitCode }) => exitCode !== 0)) return [];
  const age = youngestWorker(top.stdout);
  if (age === undefined) return [];
  const now = Number(clock.stdout);
  const readAt = now - age;
  return stat.stdout.split("\n").flatMap((line) => {
    const [, changed, file] = /^(\d+) (.+)$/.exec(line) ?? [];
    const isNewer = Number(changed) >= readAt + doubtSeconds && Number(changed) <= now;
    return file !== undefined && isNewer ? [file] : [];
  });
}

/** Its age in seconds. Workers of the configuration before say that they are shutting down. */
function youngestWorker(top: string): number | undefined {
  const ages = [...top.matchAll(/^\s*\d+\s+(\d+)\s+\S+: worker process\s*$/gm)].map(([, age]) => Number(age));
  return ages.length === 0 ? undefined : Math.min(...ages);
}
