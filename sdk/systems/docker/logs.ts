import { type DockerOptions, docker } from "./client.ts";
import type { Container } from "./containers.ts";

/** The lines are handed on as they come; what is kept besides is for the error's own words. */
const keepCharacters = 16 * 1024;

/**
 * Tells every line that a container has written to either of its streams.
 *
 * @param since an ISO time, as Docker gives it
 * @throws Failure as `docker` does, where the container's logging driver keeps nothing, too.
 */
export async function eachLogLine(
  container: string,
  since: string,
  options: DockerOptions,
  each: (line: string) => void,
): Promise<void> {
  await docker(["container", "logs", "--since", since, container], {
    ...options,
    keepCharacters,
    onLine: each,
  });
}

/**
 * A moment before all that a container has logged since its last start, and after all from before it, as an ISO time. The
 * engine notes the start when the program runs already, and its first lines can be older; nothing is logged between two
 * runs, so the middle of that pause parts them.
 */
export function beginningOfLog({
  startedAt,
  finishedAt,
}: Pick<Container, "startedAt" | "finishedAt">): string {
  const started = Date.parse(startedAt);
  // Of a container that has never ended the engine says that it ended in the year 1.
  const finished = Math.max(0, Date.parse(finishedAt));
  return new Date(finished < started ? (finished + started) / 2 : started).toISOString();
}
