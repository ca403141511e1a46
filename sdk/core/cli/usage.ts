import { Failure } from "../errors/index.ts";
import { createRedactor } from "../log/index.ts";
import { wantsColors } from "./colors.ts";
import { stdout, tell, writeWhole } from "./output.ts";
import { withOwnCommands } from "./own-commands.ts";
import { printable } from "./printable.ts";
import { projectDirectoryOf } from "./project.ts";
import { formatDocument, formatFailure } from "./report.ts";
import { workingDirectory } from "./working-directory.ts";

/** Ends a script whose command line is wrong. `--json` counts wherever it stands, since nothing else could be read. */
export function refuse(
  command: string,
  help: string,
  { message, suggestion }: { message: string; suggestion: string | undefined },
  argv: readonly string[],
  startedAt: Date,
): void {
  const failure = new Failure("USAGE", {
    message,
    remedy: suggestion === undefined ? `see ${help}` : `did you mean ${suggestion}? see ${help}`,
    details: suggestion === undefined ? {} : { suggestion },
  });
  const { redact } = withOwnCommands(createRedactor(), {
    project: projectDirectoryOf(Bun.main),
    workingDirectory: workingDirectory(),
    configuration: undefined,
  });
  process.exitCode = failure.exitCode;
  const colored = wantsColors(process.stderr, !argv.includes("--no-color"));
  tell(`${printable(redact(formatFailure(failure, undefined, colored)), colored)}\n`);
  if (!argv.includes("--json")) return;
  const ending = { command, startedAt, exitCode: failure.exitCode, logFile: undefined, failure };
  writeWhole(stdout, `${formatDocument(ending, redact)}\n`);
}
