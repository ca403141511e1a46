import { type ErrorCode, type ExitCode, errorCodes } from "./codes.ts";

export interface Remedied {
  /** What happened: lower case, no full stop. */
  message: string;
  /** Why it happened, where that is known. */
  why?: string | undefined;
  /** What to do next, as a sentence or a command. */
  remedy: string;
  details?: Record<string, unknown> | undefined;
  cause?: unknown;
  /** The exit code, where the situation and not the code decides it: a failure after which all was put back is a 1. */
  exitCode?: ExitCode | undefined;
}

/** The one error that the scripts show to a person: a stable code, what happened, why, and what to do next. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  readonly why: string | undefined;
  readonly remedy: string;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, { message, why, remedy, details, cause, exitCode }: Remedied) {
    super(message, { cause });
    this.code = code;
    this.exitCode = exitCode ?? errorCodes[code];
    this.why = why;
    this.remedy = remedy;
    this.details = details ?? {};
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Gives anything that was thrown the shape of a Failure; what is one already passes unchanged. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure("UNEXPECTED", {
    message: messageOf(thrown),
    why: "this is a fault in Switchover itself, or a condition that it does not know",
    remedy: "run again with --verbose, and report the log file if it happens twice",
    cause: thrown,
  });
}
