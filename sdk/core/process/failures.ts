import { Failure } from "../errors/index.ts";
import { seconds } from "../text/index.ts";

/** The last lines that a program printed; undefined when it printed none. */
export function lastWords(output: string): string | undefined {
  const lines = output.trim().split("\n").slice(-6).join("\n");
  return lines === "" ? undefined : lines;
}

/** There is no such program. */
export function missing(program: string): Failure {
  return new Failure("TOOL_MISSING", {
    message: `there is no program ${program} on the PATH`,
    remedy: `install ${program}; npm run setup installs docker, Compose and zstd`,
    details: { program },
  });
}

/** A program was ended at its deadline. */
export function late(
  what: string,
  deadlineMs: number,
  output: string,
  details: Record<string, unknown>,
): Failure {
  return new Failure("DEADLINE_EXCEEDED", {
    message: `${what} was ended at its deadline of ${seconds(deadlineMs)}`,
    why: lastWords(output),
    remedy: "find out why it is slow, or give it more time in the configuration",
    details: { ...details, deadlineMs },
  });
}

/** A program was ended because the run is. */
export function interrupted(what: string, details: Record<string, unknown>): Failure {
  return new Failure("INTERRUPTED", {
    message: `${what} was interrupted`,
    remedy: "run the script again",
    details,
  });
}
