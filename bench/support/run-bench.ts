import { Failure, messageOf } from "../../sdk/core/errors/index.ts";
import { endChildren } from "../../sdk/core/process/index.ts";
import { clearAway } from "../../tests/runner/clear-away.ts";
import { interruptSignal } from "./interrupts.ts";
import type { Measured } from "./measured.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { printJson, printTables, say } from "./print.ts";

export interface Bench {
  name: string;
  summary: string;
  /** How many rounds, unless the command line says otherwise. */
  rounds: number;
  measure(course: { rounds: number; signal: AbortSignal; say: (text: string) => void }): Promise<Measured>;
}

/** Runs a benchmark from its command line to its exit code: 0 measured, 1 not, 2 usage, 130 interrupted. */
export async function runBench(bench: Bench): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2), bench.rounds);
    process.exitCode = options.help ? help(bench) : await measured(bench, options);
  } catch (thrown) {
    say(`${messageOf(thrown)}\n${usage(bench)}`);
    process.exitCode = 2;
  }
}

async function measured(bench: Bench, { json, rounds }: BenchOptions): Promise<number> {
  const signal = interruptSignal();
  // Without a daemon to ask, no benchmark has left anything.
  if (Bun.which("docker") !== null) await clearAway(say);
  try {
    const found = await bench.measure({ rounds, signal, say });
    (json ? printJson : printTables)(bench.name, rounds, found);
    return 0;
  } catch (thrown) {
    if (signal.aborted) return 130;
    say(`${bench.name} could not be measured: ${inWords(thrown)}`);
    return 1;
  } finally {
    await endChildren();
  }
}

function inWords(thrown: unknown): string {
  const why = thrown instanceof Failure ? thrown.why : undefined;
  return why === undefined ? messageOf(thrown) : `${messageOf(thrown)}\n${why}`;
}

function help(bench: Bench): number {
  say(`${bench.summary}\n${usage(bench)}`);
  return 0;
}

function usage({ name, rounds }: Bench): string {
  return `usage: bun bench/${name}.ts [--json] [--rounds N]   (${rounds} rounds unless told)`;
}
