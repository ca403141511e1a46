import { type DockerOptions, docker } from "./client.ts";

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
