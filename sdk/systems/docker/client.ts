import { Failure } from "../../core/errors/index.ts";
import { type Completed, late, type RunOptions, run, type Share } from "../../core/process/index.ts";

export interface DockerOptions extends RunOptions {
  /**
   * How long, in milliseconds, a daemon that does not answer is waited for. A daemon that is being restarted under
   * a deployment comes back; before anything has changed nobody should wait for it, so the default is 0.
   */
  patienceMs?: number | undefined;
  /** Lets questions that others ask at the same moment be asked once; what changes something is never shared. */
  share?: Share | undefined;
  /**
   * For a command that repeats what a container prints: whether it was the container that ended so, and not a daemon that
   * went away. What a container did is not done again.
   */
  isContainersOwn?: ((completed: Completed) => Promise<boolean>) | undefined;
}

/**
 * What docker and Compose print when there is no daemon behind the socket. What a container prints comes the same way: its
 * own refused connections must not be taken for the daemon's.
 */
const daemonGone =
  /cannot connect to the docker daemon|is the docker daemon running|error during connect|(dial|read|write) unix [^\n]*(connection refused|connection reset|broken pipe|no such file)|^(error: )?(unexpected )?EOF$/im;
const accessDenied = /permission denied.*docker|docker.*permission denied|dial unix .*permission denied/i;

/**
 * Runs a program that talks to the Docker daemon, waiting for a daemon that is away for up to `patienceMs`.
 * The exit code is the caller's to judge.
 *
 * @throws Failure DOCKER_DOWN, DOCKER_DENIED, and what `run` throws.
 */
export async function runAgainstDaemon(argv: readonly string[], options: DockerOptions): Promise<Completed> {
  const giveUpAt = performance.now() + (options.patienceMs ?? 0);
  for (;;) {
    const completed = await run(argv, options);
    if (completed.exitCode === 0) return completed;
    if (accessDenied.test(completed.stderr)) throw denied(completed.stderr);
    if (!daemonGone.test(completed.stderr)) return completed;
    if (await options.isContainersOwn?.(completed)) return completed;
    if (performance.now() >= giveUpAt) throw down(completed.stderr);
    await Bun.sleep(500);
  }
}

/** A question stands back for the site that serves, and for what is done meanwhile. */
const niceness = 10;

/** What a shared question may take when those who wait for it would wait longer. */
export const longestQuestionMs = 600_000;

/** Under which circumstances the answer to a question counts for a while. */
export interface Fresh {
  /** Milliseconds after the asking. */
  ms: number;
  /** What it rests on, in words: one who finds it changed asks anew. */
  restsOn: string;
}

/**
 * The same for a command that only asks: shared, where the caller shares its questions.
 *
 * @throws Failure as `runAgainstDaemon` does.
 */
export async function askDaemon(
  argv: readonly string[],
  options: DockerOptions,
  fresh?: Fresh,
): Promise<Completed> {
  const { share, ...rest } = options;
  const own = { ...rest, niceness };
  if (share === undefined) return runAgainstDaemon(argv, own);
  const { cwd, env, patienceMs, signal, deadlineMs } = own;
  const ask = (nobodyWaits: AbortSignal) =>
    runAgainstDaemon(argv, {
      ...{ cwd, env, patienceMs, niceness },
      ...{ deadlineMs: longestQuestionMs, signal: nobodyWaits },
    });
  const key = JSON.stringify([argv, cwd, env, patienceMs, fresh?.restsOn]);
  const tooLate = new AbortController();
  const timer = setTimeout(() => tooLate.abort(), deadlineMs);
  const patience = AbortSignal.any([tooLate.signal, ...(signal === undefined ? [] : [signal])]);
  try {
    return await share(key, ask, patience, fresh?.ms);
  } catch (thrown) {
    if (!tooLate.signal.aborted || signal?.aborted) throw thrown;
    throw late(argv.slice(0, 3).join(" "), deadlineMs, "", { argv: [...argv] });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs `docker` with these arguments and gives its standard output.
 *
 * @throws Failure COMMAND_FAILED with docker's own words, and what `runAgainstDaemon` throws.
 */
export async function docker(args: readonly string[], options: DockerOptions): Promise<string> {
  return outputOf(await runAgainstDaemon(["docker", ...args], options), args);
}

/**
 * The same for a question.
 *
 * @throws Failure as `docker` does.
 */
export async function askDocker(args: readonly string[], options: DockerOptions): Promise<string> {
  return outputOf(await askDaemon(["docker", ...args], options), args);
}

/** @throws Failure COMMAND_FAILED with docker's own words. */
export function outputOf(completed: Completed, args: readonly string[]): string {
  if (completed.exitCode === 0) return completed.stdout;
  throw new Failure("COMMAND_FAILED", {
    message: `docker ${args.slice(0, 2).join(" ")} exited ${completed.exitCode}`,
    why: completed.stderr.trim(),
    remedy: "read the log file for the whole command and what it printed",
    details: { exitCode: completed.exitCode },
  });
}

/**
 * The same options for a command whose answer is no line for a log: it is long, asked for again and again, and may hold
 * every variable of the containers, among them secrets that the environment files no longer name. What the command
 * complains of is still told.
 */
export function unheard(options: DockerOptions): DockerOptions {
  const { onLine } = options;
  if (onLine === undefined) return options;
  return { ...options, onLine: (line, stream) => (stream === "stderr" ? onLine(line, stream) : undefined) };
}

function down(stderr: string): Failure {
  return new Failure("DOCKER_DOWN", {
    message: "the Docker daemon does not answer",
    why: stderr.trim(),
    remedy: "start it: systemctl start docker, or npm run setup",
  });
}

function denied(stderr: string): Failure {
  return new Failure("DOCKER_DENIED", {
    message: "this user may not talk to the Docker daemon",
    why: stderr.trim(),
    remedy:
      'run as root, or join the group docker: sudo usermod --append --groups docker "$USER"\nthen log in again',
  });
}
