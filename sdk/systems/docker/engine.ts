import { interrupted, late } from "../../core/process/index.ts";
import { type DockerOptions, longestQuestionMs } from "./client.ts";
import { daemonSocket } from "./socket.ts";

/**
 * Asks the daemon itself, over its socket: a process less for each question. Null where there is nothing of that name.
 * Undefined for every other answer but a good one, and where the daemon is not behind a socket of this machine: then the
 * docker client is to be asked, which knows how to get there, and says in its own words why it could not.
 *
 * @param path as in Docker's API, such as "/info"; without a version the daemon answers in its newest
 * @throws Failure DEADLINE_EXCEEDED, INTERRUPTED
 */
export async function askEngine(path: string, options: DockerOptions): Promise<unknown> {
  const { deadlineMs, share, signal } = options;
  const socket = daemonSocket({ ...process.env, ...options.env });
  // A host without the client cannot be worked on: that must not be overlooked.
  if (socket === undefined || Bun.which("docker") === null) return undefined;
  if (share === undefined) return ask(socket, path, deadlineMs, signal);
  return share(
    `${socket} ${path}`,
    (nobodyWaits) => ask(socket, path, longestQuestionMs, nobodyWaits),
    signal,
  );
}

async function ask(
  socket: string,
  path: string,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const tooLate = new AbortController();
  const timer = setTimeout(() => tooLate.abort(), deadlineMs);
  try {
    const answer = await fetch(`http://docker${path}`, {
      unix: socket,
      // A connection that is kept could be one to a daemon that is gone, or behind another socket.
      keepalive: false,
      redirect: "manual",
      signal: AbortSignal.any([tooLate.signal, ...(signal === undefined ? [] : [signal])]),
    });
    const text = await answer.text();
    if (answer.status === 404) return null;
    return answer.status === 200 ? JSON.parse(text) : undefined;
  } catch {
    if (signal?.aborted) throw interrupted("a question to the Docker daemon", { path });
    if (tooLate.signal.aborted) throw late("a question to the Docker daemon", deadlineMs, "", { path });
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
