import type { OptionValues } from "@commander-js/extra-typings";
import { exitCodes } from "../errors/index.ts";
import { calledAs, readCommandLine } from "./command-line.ts";
import type { ScriptDescription } from "./description.ts";
import { stdout, writeWhole } from "./output.ts";

/**
 * Runs a script: reads its command line, calls its `run`, and prints what came of it.
 *
 * It is not to be awaited. Bun hangs on a top-level await that never settles; a run that never does ends with exit
 * code 1 when nothing is left to wait for.
 */
export function runScript<Args extends unknown[], Flags extends OptionValues>(
  script: ScriptDescription<Args, Flags>,
): void {
  const startedAt = new Date();
  const argv = process.argv.slice(2);
  process.exitCode = exitCodes.failedAndPutBack;
  const line = readCommandLine(script, argv);
  if (line.kind === "help") {
    writeWhole(stdout, line.text);
    process.exitCode = exitCodes.done;
  } else if (line.kind === "usage") {
    void import("./usage.ts").then(({ refuse }) =>
      refuse(script.name, `${calledAs(script)} --help`, line, argv, startedAt),
    );
  } else {
    void import("./frame.ts").then(({ runInFrame }) => runInFrame(script, line, startedAt));
  }
}
