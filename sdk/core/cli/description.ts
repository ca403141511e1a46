import type { Command, OptionValues } from "#commander";
import type { ExitCode } from "../errors/index.ts";
import type { Announcer } from "./announcing.ts";
import type { GlobalFlags } from "./global-flags.ts";
import type { Io } from "./io.ts";

/** What a run came to. That it was reached is what makes a run a success: a run without one is a failure. */
export interface Outcome {
  /** 0 unless told. */
  exitCode?: ExitCode | undefined;
  /** What `--json` prints under `result`. */
  result?: unknown;
  /** What others are told of it beside its exit code, a line each: why it is not 0. */
  remarks?: readonly string[] | undefined;
  /** Where the run logged, when that is not the frame's own log. */
  logFile?: string | undefined;
  /** Prints the result for a person, by `io.print` and `io.table`; not called under `--json`. */
  print?: ((io: Io) => void) | undefined;
}

export interface ScriptDescription<Args extends unknown[], Flags extends OptionValues> {
  /** The script's name without its ending: `deploy-production`. */
  name: string;
  /** The first argument, where each that there is has options and a help of its own: `disk-space`. */
  subcommand?: string | undefined;
  /** What it does, in a line. */
  summary: string;
  /** Command lines that help begins with, each with what it does after a `#`. */
  examples: readonly string[];
  /** The script's own options and arguments. */
  command: Command<Args, Flags>;
  /** What the log's name begins with, where it depends on the arguments a function of them. Without it the run has no log. */
  logName?: string | ((...args: Args) => string) | undefined;
  /** False for a script that reads no configuration: it has no `--config`. */
  config?: false | undefined;
  /** The project, when it is not the one that the script's file stands in. */
  projectDirectory?: string | undefined;
  /** False for a script that only looks: an interruption leaves nothing to put back, and is not spoken of. */
  changes?: false | undefined;
  /** How long an interrupted run may take to put things back, in milliseconds; two minutes unless told. */
  cleanupMs?: number | undefined;
  /** Begins to load what `run` will want, beside what frames it, where a person waits for the run's first deed. */
  load?: (() => Promise<unknown>) | undefined;
  /** Who tells others of the run, beside it; nobody for a run that only looks. */
  announce?:
    | ((flags: Flags & GlobalFlags, io: Io, args: NoInfer<Args>) => Promise<Announcer | undefined>)
    | undefined;
  run(flags: Flags & GlobalFlags, io: Io, ...args: Args): Promise<Outcome>;
}
