import { asFailure, type ExitCode, exitCodes, type Failure } from "../errors/index.ts";
import type { Redactor, RunLog } from "../log/index.ts";
import type { Outcome } from "./description.ts";
import type { Io } from "./io.ts";
import { stdout, writeWhole } from "./output.ts";
import { type Ending, formatDocument, formatFailure } from "./report.ts";
import type { Terminal } from "./terminal.ts";

/** Ends a run: exit code, JSON document or printed result, the failure's text, the run's last line in the log. Once only. */
export interface Ender {
  keepResult: (value: unknown) => void;
  /** Part of the result could not be printed. That its reader has gone away is nothing to speak of. */
  unprinted: (errno: string) => void;
  succeed(outcome: Outcome, io: Io): void;
  fail(failure: Failure): void;
  /** The exit code that the run ended with; undefined until it has. */
  exitCode(): ExitCode | undefined;
}

export interface EnderParts {
  command: string;
  startedAt: Date;
  json: boolean;
  verbose: boolean;
  terminal: Terminal;
  redactor: Redactor;
  log: RunLog;
}

/** What ends a run: whichever comes first of a result and a failure is told, and nothing after it. */
export function createEnder(parts: EnderParts): Ender {
  const { command, startedAt, terminal, redactor, log } = parts;
  let result: unknown;
  let ended: ExitCode | undefined;
  let unprinted: string | undefined;
  const end = (
    exitCode: ExitCode,
    rest: Pick<Ending, "failure" | "result" | "logFile">,
    print?: () => void,
  ) => {
    if (ended !== undefined) return;
    ended = exitCode;
    terminal.status(undefined);
    const ending: Ending = { command, startedAt, exitCode, ...rest };
    if (rest.failure !== undefined) tellFailure(rest.failure, ending.logFile, parts);
    const problem = (parts.json ? writeDocument(ending, redactor) : attempt(print)) ?? unprinted;
    const code = problem === undefined || exitCode !== exitCodes.done ? exitCode : exitCodes.doneInPart;
    if (problem !== undefined)
      terminal.line(redactor.redact(`warning: the result could not be printed (${problem})`));
    ended = code;
    process.exitCode = code;
    log.info(`${command} ends`, { exitCode: code, durationMs: Date.now() - startedAt.getTime() });
  };
  return {
    keepResult(value) {
      result = value;
    },
    unprinted(errno) {
      if (errno !== "EPIPE") unprinted ??= errno;
    },
    succeed(outcome, io) {
      const { exitCode = exitCodes.done, logFile = log.path } = outcome;
      end(exitCode, { result: outcome.result ?? result, logFile }, () => outcome.print?.(io));
    },
    fail: (failure) => end(failure.exitCode, { failure, result, logFile: log.path }),
    exitCode: () => ended,
  };
}

function tellFailure(
  failure: Failure,
  logFile: string | undefined,
  { terminal, redactor, log, verbose }: EnderParts,
) {
  const { code, why, remedy, details, cause } = failure;
  log.error(failure.message, { code, why, remedy, details });
  terminal.line(redactor.redact(formatFailure(failure, logFile, terminal.colored)));
  const stack = cause instanceof Error ? cause.stack : undefined;
  if (stack === undefined) return;
  log.debug(stack);
  if (verbose) terminal.line(redactor.redact(stack));
}

/** Prints the document; what was wrong with it otherwise. A reader that has gone away is nothing wrong. */
function writeDocument(ending: Ending, { redact }: Redactor): string | undefined {
  let text: string;
  let problem: string | undefined;
  try {
    text = formatDocument(ending, redact);
  } catch (thrown) {
    const failure = asFailure(thrown);
    problem = failure.message;
    const exitCode = ending.exitCode === exitCodes.done ? exitCodes.doneInPart : ending.exitCode;
    text = formatDocument(
      { ...ending, exitCode, result: undefined, failure: ending.failure ?? failure },
      redact,
    );
  }
  const errno = writeWhole(stdout, `${text}\n`);
  return errno === "EPIPE" ? problem : (errno ?? problem);
}

function attempt(print: (() => void) | undefined): string | undefined {
  try {
    print?.();
    return undefined;
  } catch (thrown) {
    return asFailure(thrown).message;
  }
}
