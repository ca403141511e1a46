import { messageOf } from "../errors/index.ts";
import { errnoOf } from "../files/index.ts";
import { escapeControls, type Fields, type Level, oneLine } from "./line.ts";
import { createLogFile, lineSink } from "./log-file.ts";
import type { Redactor } from "./redactor.ts";

/** The log of one run. Every line is in the file when the call returns, and no call ever throws. */
export interface RunLog extends Disposable {
  /** Where it is written; undefined when no file could be made. */
  readonly path: string | undefined;
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  critical(message: string, fields?: Fields): void;
  /** A line that a called program printed. */
  tool(program: string, line: string, stream: "stdout" | "stderr"): void;
  close(): void;
}

export interface RunLogOptions {
  directory: string;
  /** What the file's name begins with: `deployment`, `backup`. */
  name: string;
  redactor: Redactor;
  clock?: (() => Date) | undefined;
  /** Told once when the log cannot be written; standard error unless told. */
  warn?: ((text: string) => void) | undefined;
}

/** Opens the log of a run, in a file of its own. A log that cannot be written is said once, and fails nothing. */
export function openRunLog(options: RunLogOptions): RunLog {
  const { redactor, clock = () => new Date() } = options;
  const file = openTolerantly(options);
  const line = (level: Level, text: string) => {
    file.write(`${clock().toISOString()} ${level.padEnd(5)} ${text}`);
  };
  const at = (level: Level) => (message: string, fields?: Fields) => {
    const masked = redactFields(fields, redactor);
    line(level, redactor.redact(oneLine(redactor.redact(message), masked)));
  };
  return {
    path: file.path,
    debug: at("DEBUG"),
    info: at("INFO"),
    warn: at("WARN"),
    error: at("ERROR"),
    critical: at("CRITICAL"),
    tool(program, output, stream) {
      const [name, masked] = [program, output].map((text) =>
        escapeControls(redactor.redact(Bun.stripANSI(text))),
      );
      line("DEBUG", `${name} ${stream === "stderr" ? "2" : "1"}> ${masked}`);
    },
    close: file.close,
    [Symbol.dispose]: file.close,
  };
}

/** Texts are masked before they are quoted, since quoting changes them. */
function redactFields(fields: Fields | undefined, redactor: Redactor): Fields {
  const mask = (_key: string, value: unknown) => (typeof value === "string" ? redactor.redact(value) : value);
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([key, value]) => {
      if (typeof value === "string") return [key, redactor.redact(value)];
      if (typeof value !== "object" || value === null || value instanceof Error) return [key, value];
      return [key, maskedCopy(value, mask)];
    }),
  );
}

function maskedCopy(value: object, mask: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value, mask));
  } catch (thrown) {
    return messageOf(thrown);
  }
}

interface TolerantFile {
  path: string | undefined;
  write(line: string): void;
  close: () => void;
}

function openTolerantly({
  directory,
  name,
  clock = () => new Date(),
  warn = toStderr,
}: RunLogOptions): TolerantFile {
  let warned = false;
  const tolerate = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch (thrown) {
      if (!warned)
        warn(
          `the log in ${directory} cannot be written (${errnoOf(thrown) ?? messageOf(thrown)}); the run goes on`,
        );
      warned = true;
      return undefined;
    }
  };
  const file = tolerate(() => createLogFile(directory, name, clock()));
  const sink = file === undefined ? undefined : lineSink(file.descriptor);
  return {
    path: file?.path,
    write: (line) => tolerate(() => sink?.write(line)),
    close: () => tolerate(() => sink?.close()),
  };
}

function toStderr(text: string): void {
  process.stderr.write(`warning: ${text}\n`);
}

/** The log of a run that keeps none. */
export function silentRunLog(): RunLog {
  const nothing = () => {};
  return {
    path: undefined,
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    critical: nothing,
    tool: nothing,
    close: nothing,
    [Symbol.dispose]: nothing,
  };
}
