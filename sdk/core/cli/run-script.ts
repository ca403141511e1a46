import type { OptionValues } from "#commander";
import type { ExitCode } from "../errors/index.ts";
import { calledAs, readCommandLine } from "./command-line.ts";
import type { ScriptDescription } from "./description.ts";

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
  process.exitCode = failed;
  const line = readCommandLine(script, argv);
  if (line.kind === "help") {
    void printHelp(line.text);
  } else if (line.kind === "usage") {
    void import("./usage.ts").then(({ refuse }) =>
      refuse(script.name, `${calledAs(script)} --help`, line, argv, startedAt),
    );
  } else {
    // What cannot be loaded is told when `run` asks for it.
    void script.load?.().catch(() => {});
    void import("./frame.ts").then(({ runInFrame }) => runInFrame(script, line, startedAt));
  }
}

// The names of the exit codes, like node:fs, cost help a millisecond to load.
const failed = 1 satisfies ExitCode;
const done = 0 satisfies ExitCode;

/** A reader that has gone away has read what it wanted. */
async function printHelp(text: string): Promise<void> {
  const gone = (thrown: { code?: unknown }) => thrown.code === "EPIPE";
  const printed = await print(text).then(() => true, gone);
  if (printed) process.exitCode = done;
}

/**
 * Bun.write makes a file as long as the text first, which leaves zeros in one that is appended to; a sink makes a pipe
 * one that does not wait, also for others that write into it.
 */
async function print(text: string): Promise<void> {
  if (!(await Bun.stdout.stat()).isFile()) {
    await Bun.write(Bun.stdout, text);
    return;
  }
  const sink = Bun.stdout.writer();
  await sink.write(text);
  await sink.end();
}
