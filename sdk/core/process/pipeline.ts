import type { FileSink, Subprocess } from "bun";
import { Failure } from "../errors/index.ts";
import { adopt, end, endedWithParent } from "./children.ts";
import { interrupted, late, missing } from "./failures.ts";
import { keepTail } from "./lines.ts";
import { openPipe, type Pipe } from "./pipe.ts";

/** One program of a pipeline. */
export interface Stage {
  /** What it is called in failures and in the log: `pg_dump`, wherever it runs. */
  name: string;
  argv: readonly string[];
  /** Laid over this process's environment; never shown. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Exit codes that are no failure; only 0 unless told. */
  accepted?: readonly number[] | undefined;
}

export interface PipelineOptions {
  /** Milliseconds after which every program is ended and DEADLINE_EXCEEDED thrown. */
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  /** Whether the first program reads what is written to `input`; its standard input is empty otherwise. */
  fed?: boolean | undefined;
  /** Where the last program prints to: an end of a pipe. It prints to `output` otherwise. */
  printTo?: number | undefined;
  /** Called for every line that a program complains with. */
  onLine?: ((program: string, line: string) => void) | undefined;
}

/** How one program of a pipeline ended. */
export interface Exit {
  program: string;
  /** 128 and the signal's number for one that a signal ended, as a shell says it. */
  exitCode: number;
  stderr: string;
}

/** Programs at work, each reading what the one before it prints. All are ended when it is disposed of. */
export interface Pipeline extends AsyncDisposable {
  /** Where `fed` was asked for: what is written here goes to the first program. */
  readonly input: Feed;
  /** What the last program prints. It must be read, or the programs wait for ever. */
  readonly output: ReadableStream<Uint8Array>;
  readonly pids: readonly number[];
  /**
   * Waits for every program's end, and reads every exit code.
   *
   * @throws Failure COMMAND_FAILED with the words of all that failed, DEADLINE_EXCEEDED, INTERRUPTED
   */
  settled(): Promise<Exit[]>;
}

export interface Feed {
  /** Waits until the program has taken it. False when it reads no more. */
  write(bytes: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
}

const keepCharacters = 64 * 1024;

/**
 * Starts programs, connected by pipes of the kernel's.
 *
 * @throws Failure TOOL_MISSING before any of them is started.
 */
export function startPipeline(stages: readonly Stage[], options: PipelineOptions): Pipeline {
  for (const { argv } of stages) if (Bun.which(argv[0] ?? "") === null) throw missing(argv[0] ?? "");
  const children = spawnAll(stages, options);
  let ending: "deadline" | "signal" | undefined;
  const stop = (reason: "deadline" | "signal") => {
    ending ??= reason;
    for (const child of children) void end(child);
  };
  const deadline = setTimeout(() => stop("deadline"), options.deadlineMs);
  const interrupt = () => stop("signal");
  options.signal?.addEventListener("abort", interrupt, { once: true });
  if (options.signal?.aborted) interrupt();
  const exits = Promise.all(
    children.map((child, index) => exitOf(child, stages[index]?.name ?? "", options)),
  );
  const release = () => {
    clearTimeout(deadline);
    options.signal?.removeEventListener("abort", interrupt);
  };
  const [last] = children.slice(-1);
  return {
    input: feedOf(children[0]),
    output: streamOf(last),
    pids: children.map(({ pid }) => pid),
    async settled() {
      const all = await exits.finally(release);
      if (ending === "deadline") throw late(namesOf(stages), options.deadlineMs, wordsOf(all) ?? "", {});
      if (ending === "signal") throw interrupted(namesOf(stages), {});
      assertAccepted(all, stages);
      return all;
    },
    async [Symbol.asyncDispose]() {
      release();
      await Promise.all(children.map((child) => end(child, 1_000)));
    },
  };
}

function spawnAll(
  stages: readonly Stage[],
  { fed = false, printTo = "pipe" }: { fed?: boolean | undefined; printTo?: number | "pipe" | undefined },
): Subprocess[] {
  const pipes = stages.slice(1).map(() => openPipe());
  try {
    return stages.map(({ argv, env }, index) => {
      const before: Pipe | undefined = pipes[index - 1];
      const child = Bun.spawn(endedWithParent(argv), {
        env: { ...process.env, ...env },
        stdin: before === undefined ? (fed ? "pipe" : "ignore") : before.readEnd,
        stdout: pipes[index]?.writeEnd ?? printTo,
        stderr: "pipe",
        detached: true,
      });
      adopt(child);
      return child;
    });
  } finally {
    for (const pipe of pipes) pipe[Symbol.dispose]();
  }
}

function feedOf(child: Subprocess | undefined): Feed {
  const sink: number | FileSink | undefined = child?.stdin;
  if (typeof sink !== "object") return { write: async () => false, close: async () => {} };
  return {
    async write(bytes) {
      try {
        await sink.write(bytes);
        await sink.flush();
        return true;
      } catch {
        // EPIPE: why it reads no more is what its exit code says.
        return false;
      }
    },
    async close() {
      try {
        await sink.end();
      } catch {
        // The same.
      }
    },
  };
}

function streamOf(child: Subprocess | undefined): ReadableStream<Uint8Array> {
  if (child?.stdout instanceof ReadableStream) return child.stdout;
  return new ReadableStream({ start: (controller) => controller.close() });
}

async function exitOf(child: Subprocess, program: string, { onLine }: PipelineOptions): Promise<Exit> {
  const { stderr } = child;
  const words =
    stderr instanceof ReadableStream
      ? keepTail(stderr, keepCharacters, (line) => onLine?.(program, line))
      : Promise.resolve("");
  const [said] = await Promise.all([words, child.exited]);
  const exitCode = child.exitCode ?? 128 + (signals[child.signalCode ?? ""] ?? 0);
  return { program, exitCode, stderr: said };
}

const signals: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

function namesOf(stages: readonly Stage[]): string {
  return stages.map(({ name }) => name).join(" | ");
}

function assertAccepted(exits: readonly Exit[], stages: readonly Stage[]): void {
  const failed = exits.filter(({ exitCode }, index) => !(stages[index]?.accepted ?? [0]).includes(exitCode));
  // One that goes takes those before it along, which then complain of the pipe: the last one knows why.
  const culprit = failed.findLast(({ exitCode }) => exitCode !== 141) ?? failed.at(-1);
  if (culprit === undefined) return;
  throw new Failure("COMMAND_FAILED", {
    message: `${culprit.program} exited ${culprit.exitCode}`,
    why: wordsOf(failed),
    remedy: "read the programs' output in the log file",
    details: { exits: exits.map(({ program, exitCode }) => ({ program, exitCode })) },
  });
}

function wordsOf(exits: readonly Exit[]): string | undefined {
  const words = exits.flatMap(({ stderr }) => stderr.trim().split("\n").slice(-6)).filter(Boolean);
  return words.length === 0 ? undefined : words.join("\n");
}
