import { type DockerOptions, runAgainstDaemon } from "../../sdk/systems/docker/index.ts";
import { changesInside, childrenInside, type Inside } from "../../sdk/systems/host/index.ts";

/** Each of them is a second that was begun: of the clock, and of the worker's age. */
const doubtSeconds = 2;

/**
 * Seconds since the nginx in this container has read its configuration: it starts new workers whenever it does. Undefined
 * where that cannot be told, such as on a host without such a `ps`. A worker that took the place of one that died makes it
 * seem less, never more.
 */
export async function sinceRead(proxy: Inside, options: DockerOptions): Promise<number | undefined> {
  const youngest = youngestWorker(childrenInside(proxy) ?? []);
  if (youngest !== undefined) return youngest;
  const top = await runAgainstDaemon(["docker", "top", proxy.id, "-o", "pid,etimes,args"], options);
  return top.exitCode === 0 ? youngestWorker(listed(top.stdout)) : undefined;
}

/**
 * Which of these files were changed since then. Nothing where that cannot be told: an image without `stat`, a file from the
 * future.
 *
 * @param age what `sinceRead` gave, before this is called: what passes in between makes the reading seem later, not earlier
 */
export async function notInForce(
  proxy: Inside,
  files: readonly string[],
  age: number,
  options: DockerOptions,
): Promise<string[]> {
  const { now, changes } = seenFromHere(proxy, files) ?? (await seenFromInside(proxy, files, options));
  const isNewer = (changed: number) => changed >= now - age + doubtSeconds && changed <= now;
  return files.filter((_, index) => isNewer(changes[index] ?? 0));
}

/** When each file was changed, by the clock of where they are; in seconds since 1970. */
interface Seen {
  now: number;
  changes: readonly number[];
}

/** A command in a container takes as much of a processor as the test of the configuration: it is spared where that can be. */
function seenFromHere(proxy: Inside, files: readonly string[]): Seen | undefined {
  const changes = changesInside(proxy, files);
  return changes && { now: Date.now() / 1_000, changes: changes.map((changed) => changed / 1_000) };
}

async function seenFromInside(
  { id }: Inside,
  files: readonly string[],
  options: DockerOptions,
): Promise<Seen> {
  // A process's folder in /proc bears the time of the look: the clock of where the files are, at no further command.
  const argv = ["docker", "exec", id, "stat", "-L", "-c", "%Y %n", "/proc/self", ...files];
  const { exitCode, stdout } = await runAgainstDaemon(argv, options);
  if (exitCode !== 0) return { now: 0, changes: [] };
  const [now = 0, ...changes] = stdout.split("\n").map((line) => Number(/^\d+/.exec(line)?.[0] ?? 0));
  return { now, changes };
}

interface Process {
  title: string;
  age: number;
}

/** Its age in seconds. Workers of the configuration before say that they are shutting down. */
function youngestWorker(processes: readonly Process[]): number | undefined {
  const ages = processes.filter(({ title }) => /^\S+: worker process$/.test(title)).map(({ age }) => age);
  return ages.length === 0 ? undefined : Math.min(...ages);
}

function listed(top: string): Process[] {
  return [...top.matchAll(/^\s*\d+\s+(\d+)\s+(.*?)\s*$/gm)].map(([, age, title = ""]) => ({
    title,
    age: Number(age),
  }));
}
