import { getPriority, setPriority } from "node:os";
import { Failure } from "../errors/index.ts";
import { adopt, end, endedWithParent, hasGone } from "./children.ts";
import { interrupted, lastWords, late, missing } from "./failures.ts";
import { keepTail } from "./lines.ts";

export interface RunOptions {
  /** Milliseconds after which the command is ended and DEADLINE_EXCEEDED thrown. Every command has one. */
  deadlineMs: number;
  /** Milliseconds that it has after SIGTERM to put things back and leave; then it is killed. 5 s unless told. */
  graceMs?: number | undefined;
  cwd?: string | undefined;
  /** Laid over this process's environment, `undefined` taking a variable away; never shown. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Written to the command's standard input, which is empty otherwise. */
  input?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Called for every line that the command prints, as it prints it. */
  onLine?: ((line: string, stream: "stdout" | "stderr") => void) | undefined;
  /** How far it stands back for others that want the processor: up to 19, as nice(1) counts. 0 unless told. */
  niceness?: number | undefined;
  /** How many characters of each stream are kept, the newest winning. 4 Mi unless told. */
  keepCharacters?: number | undefined;
}

export interface Completed {
  argv: readonly string[];
  exitCode: number;
  stdout: string;
  stderr: string;
  durationMs: number;
}

/**
 * How long what a command printed is read after its end, in milliseconds: what it started in a session of its own may hold
 * its output for ever.
 */
const lastWordsMs = 1_000;

/**
 * Runs a command to its end, whatever its exit code. The arguments go to the kernel as they are; no shell sees them.
 *
 * @throws Failure TOOL_MISSING when there is no such program, DEADLINE_EXCEEDED, INTERRUPTED when `signal` fires.
 */
export async function run(argv: readonly string[], options: RunOptions): Promise<Completed> {
  const [program = ""] = argv;
  if (Bun.which(program) === null) throw missing(program);
  const started = performance.now();
  const child = Bun.spawn(endedWithParent(argv), {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdin: options.input === undefined ? "ignore" : new TextEncoder().encode(options.input),
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  adopt(child);
  if (options.niceness !== undefined) standBack(child.pid, options.niceness);

  let ending: "deadline" | "signal" | undefined;
  const cut = (reason: "deadline" | "signal", said: string) =>
    reason === "deadline"
      ? late(named(argv), options.deadlineMs, said, { argv: [...argv] })
      : interrupted(named(argv), { argv: [...argv] });
  const { promise: abandoned, reject: abandon } = Promise.withResolvers<never>();
  abandoned.catch(() => {});
  const stop = (reason: "deadline" | "signal") => {
    ending ??= reason;
    void end(child, options.graceMs).then(() => setTimeout(abandon, lastWordsMs, cut(reason, "")).unref());
  };
  const deadline = setTimeout(() => stop("deadline"), options.deadlineMs);
  const interrupt = () => stop("signal");
  if (options.signal?.aborted) interrupt();
  options.signal?.addEventListener("abort", interrupt, { once: true });

  try {
    const keep = options.keepCharacters ?? 4 * 1024 * 1024;
    const ended = Promise.all([
      keepTail(child.stdout, keep, (line) => options.onLine?.(line, "stdout")),
      keepTail(child.stderr, keep, (line) => options.onLine?.(line, "stderr")),
      child.exited,
    ]);
    const [stdout, stderr, exitCode] = await Promise.race([ended, abandoned]);
    if (ending !== undefined) throw cut(ending, stderr || stdout);
    return { argv, exitCode, stdout, stderr, durationMs: performance.now() - started };
  } finally {
    if (!hasGone(child)) await end(child);
    clearTimeout(deadline);
    options.signal?.removeEventListener("abort", interrupt);
  }
}

function standBack(pid: number, niceness: number): void {
  try {
    // Started by a run that stands back further already, it has that from there.
    setPriority(pid, Math.max(niceness, getPriority(pid)));
  } catch {
    // It has ended already.
  }
}

/**
 * Runs a command that must exit 0, and gives its standard output.
 *
 * @throws Failure as `run` does, and COMMAND_FAILED with the command's own last words.
 */
export async function succeed(argv: readonly string[], options: RunOptions): Promise<string> {
  const completed = await run(argv, options);
  if (completed.exitCode === 0) return completed.stdout;
  throw new Failure("COMMAND_FAILED", {
    message: `${named(argv)} exited ${completed.exitCode}`,
    why: lastWords(completed.stderr || completed.stdout),
    remedy: "read the command's output in the log file",
    details: { argv: [...argv], exitCode: completed.exitCode },
  });
}

function named(argv: readonly string[]): string {
  return argv.slice(0, 3).join(" ");
}
