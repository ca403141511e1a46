import type { Redactor, RunLog } from "../log/index.ts";
import { type Cell, formatTable } from "../text/index.ts";
import { type Colors, createColors, wantsColors } from "./colors.ts";
import type { ConfirmOptions } from "./confirm.ts";
import type { GlobalFlags } from "./global-flags.ts";
import { stdout, writeWhole } from "./output.ts";
import { printable } from "./printable.ts";
import { createProgress, type Progress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export type { ConfirmOptions } from "./confirm.ts";

/** How a run talks: to a person on standard error, for the result on standard output, and to the log. */
export interface Io {
  /** Tells a person, and the log; not under `--quiet`. */
  say: (text: string) => void;
  /** Tells a person under `--verbose`, and the log always. */
  verbose: (text: string) => void;
  /** Tells a person, and the log, whatever the flags. */
  warn: (text: string) => void;
  /** Prints a line of the result on standard output; nothing under `--json`. False when its reader has gone away. */
  print: (text: string) => boolean;
  /** Prints rows in columns, headed by their keys, on standard output; nothing under `--json`. */
  table: (rows: readonly Readonly<Record<string, Cell>>[]) => void;
  /** Keeps what `--json` prints under `result`, also if the run fails later. */
  result: (value: unknown) => void;
  /** Asks a person. Without a terminal it throws Failure CONFIRMATION_NEEDED, which names the flag. */
  confirm(question: string, options: ConfirmOptions): Promise<boolean>;
  /** Says what is being done, for whoever interrupts it. */
  doing(what: string | undefined): void;
  /** Shows live lines on a terminal, under what is said; nothing elsewhere, and under `--quiet`. */
  status(text: string | undefined): void;
  /** Shows a sequence of steps: live at a terminal, in plain lines elsewhere. */
  progress(): Progress;
  /** Whether `status` shows anything. */
  readonly live: boolean;
  readonly colors: Colors;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP: the run then puts things back, and ends. */
  readonly signal: AbortSignal;
  readonly log: RunLog;
  /** What everything above passes through. Secrets that the run comes to know are added to it. */
  readonly redactor: Redactor;
  /** The project's directory. */
  readonly project: string;
}

export interface IoParts {
  flags: GlobalFlags;
  terminal: Terminal;
  log: RunLog;
  redactor: Redactor;
  signal: AbortSignal;
  project: string;
  keepResult: (value: unknown) => void;
  doing: (what: string | undefined) => void;
  unprinted: (errno: string) => void;
}

/** How one run talks, by its flags, its terminal and its log. */
export function createIo(parts: IoParts): Io {
  const { flags, terminal, log, redactor, signal, project } = parts;
  const colors = createColors(terminal.colored);
  const tell = (text: string) => terminal.line(redactor.redact(text));
  const print = (text: string) => {
    if (flags.json) return true;
    const shown = printable(redactor.redact(text), wantsColors(process.stdout, flags.color));
    const errno = writeWhole(stdout, `${shown}\n`);
    if (errno !== undefined) parts.unprinted(errno);
    return errno !== "EPIPE";
  };
  const io: Io = {
    say(text) {
      log.info(text);
      if (!flags.quiet) tell(text);
    },
    verbose(text) {
      log.debug(text);
      if (flags.verbose) tell(colors.dim(text));
    },
    warn(text) {
      log.warn(text);
      tell(colors.yellow(`warning: ${text}`));
    },
    print,
    table: (rows) => print(formatTable(rows)),
    result: parts.keepResult,
    async confirm(question, options) {
      const { ask } = await import("./confirm.ts");
      return ask(terminal, question, options, { json: flags.json, signal });
    },
    doing: parts.doing,
    status: (text) => (flags.quiet ? undefined : terminal.status(text && redactor.redact(text))),
    progress: () => createProgress(io),
    live: terminal.live && !flags.quiet,
    colors,
    signal,
    log,
    redactor,
    project,
  };
  return io;
}
