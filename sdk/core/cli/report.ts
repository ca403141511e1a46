import { isAbsolute, relative } from "node:path";
import type { ExitCode, Failure } from "../errors/index.ts";
import { createColors } from "./colors.ts";
import { workingDirectory } from "./working-directory.ts";

/** What `--json` prints, whatever came of the run. */
export interface ResultDocument {
  command: string;
  ok: boolean;
  exitCode: ExitCode;
  startedAt: string;
  durationMs: number;
  logFile: string | null;
  result: unknown;
  error?: { code: string; message: string; why?: string; remedy: string; details: unknown };
}

export interface Ending {
  command: string;
  startedAt: Date;
  exitCode: ExitCode;
  logFile: string | undefined;
  result?: unknown;
  failure?: Failure | undefined;
}

/** The document as JSON, in one line; every text in it has been through `redact`. */
export function formatDocument(ending: Ending, redact: (text: string) => string): string {
  const { failure } = ending;
  const document: ResultDocument = {
    command: ending.command,
    ok: ending.exitCode === 0,
    exitCode: ending.exitCode,
    startedAt: ending.startedAt.toISOString(),
    durationMs: Date.now() - ending.startedAt.getTime(),
    logFile: ending.logFile ?? null,
    result: ending.result ?? null,
    ...(failure === undefined ? {} : { error: errorOf(failure) }),
  };
  return JSON.stringify(document, (_key, value: unknown) => {
    if (typeof value === "bigint") return value.toString();
    return typeof value === "string" ? redact(value) : value;
  });
}

function errorOf({ code, message, why, remedy, details }: Failure): NonNullable<ResultDocument["error"]> {
  return { code, message, ...(why === undefined ? {} : { why }), remedy, details };
}

/** A failure as a person reads it: what happened, why, what to do, and where more stands. */
export function formatFailure(failure: Failure, logFile: string | undefined, colored: boolean): string {
  const colors = createColors(colored);
  const lines = [
    `${colors.red(colors.bold(`error[${failure.code}]`))} ${failure.message}`,
    ...(failure.why === undefined ? [] : [`  why: ${hanging(failure.why)}`]),
    `  fix: ${hanging(failure.remedy)}`,
    ...(logFile === undefined ? [] : [`  log: ${shortPath(logFile)}`]),
  ];
  return lines.join("\n");
}

function hanging(text: string): string {
  return text.trim().replaceAll("\n", "\n       ");
}

/** The path as seen from the working directory, when it is inside it. Everything is inside the root, where cron may be. */
function shortPath(path: string): string {
  const folder = workingDirectory();
  if (folder === undefined || folder === "/") return path;
  const short = relative(folder, path);
  return short.startsWith("..") || isAbsolute(short) ? path : short;
}
