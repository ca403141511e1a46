#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, Option } from "@commander-js/extra-typings";
import { asFailure, exitCodes, type Failure } from "../sdk/core/errors/index.ts";
import { endChildren } from "../sdk/core/process/index.ts";
import { type PlannedItem, planSetUp, purposes, type SetUp, setUp } from "../sdk/jobs/setup/index.ts";

const say = (line: string) => void process.stderr.write(`${line}\n`);

function sayPlan(items: readonly PlannedItem[]): void {
  for (const { name, why, from, state, problem, commands } of items) {
    say(`${state === "present" ? "there   " : state.padEnd(8)} ${name} (${why})`);
    if (problem !== undefined) say(`    ${problem}`);
    if (commands.length > 0) say(`    comes from ${from}:`);
    for (const command of commands) say(`    ${command}`);
  }
}

function sayDone({ purpose, items, durationMs }: SetUp): void {
  const installed = items.filter(({ state }) => state === "installed").length;
  const what = installed === 0 ? "nothing was missing" : `${installed} of ${items.length} installed`;
  say(`set up for ${purpose}: ${what} (${(durationMs / 1000).toFixed(1)} s)`);
}

function sayFailure({ code, message, why, remedy }: Failure): void {
  say(`error[${code}] ${message}`);
  if (why !== undefined) say(`  why: ${why.replaceAll("\n", "\n       ")}`);
  say(`  fix: ${remedy}`);
}

const command = new Command("setup")
  .description(
    "Installs what this machine lacks: Docker, Compose, base images. Quick when nothing is missing.",
  )
  .addOption(
    new Option("--for <purpose>", "what the machine is to be used for")
      .choices(purposes)
      .default("deploy" as const),
  )
  .option("--dry-run", "show what is missing, and the commands that would install it")
  .option("--json", "print one JSON document on standard output")
  .addHelpText(
    "before",
    "Examples:\n  ./scripts/setup.ts --for demo\n  ./scripts/setup.ts --for test --dry-run\n",
  )
  .configureOutput({ writeErr: (text) => void process.stderr.write(text) })
  .exitOverride();

async function work(options: ReturnType<typeof command.opts>, signal: AbortSignal): Promise<unknown> {
  if (options.dryRun) {
    const items = await planSetUp(options.for);
    sayPlan(items);
    return { purpose: options.for, dryRun: true, items };
  }
  const result = await setUp(options.for, { say, signal });
  sayDone(result);
  return result;
}

async function main(): Promise<number> {
  const options = command.parse().opts();
  const startedAt = new Date();
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
  let result: unknown;
  let failure: Failure | undefined;
  try {
    result = await work(options, interrupted.signal);
  } catch (thrown) {
    failure = asFailure(thrown);
    sayFailure(failure);
    await endChildren();
  }
  const exitCode = interrupted.signal.aborted ? exitCodes.interrupted : (failure?.exitCode ?? exitCodes.done);
  if (options.json) printDocument({ startedAt, exitCode, result, failure });
  return exitCode;
}

interface Outcome {
  startedAt: Date;
  exitCode: number;
  result: unknown;
  failure: Failure | undefined;
}

function printDocument({ startedAt, exitCode, result, failure }: Outcome): void {
  const error =
    failure === undefined
      ? {}
      : {
          error: {
            code: failure.code,
            message: failure.message,
            remedy: failure.remedy,
            details: failure.details,
          },
        };
  const document = {
    command: "setup",
    ok: failure === undefined,
    exitCode,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(Date.now() - startedAt.getTime()),
    logFile: null,
    result: result ?? null,
    ...error,
  };
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

try {
  process.exitCode = await main();
} catch (thrown) {
  // Commander throws after it has printed: help is no failure, everything else is a slip of the hand.
  const isHelp = thrown instanceof Error && "exitCode" in thrown && thrown.exitCode === 0;
  process.exitCode = isHelp ? exitCodes.done : exitCodes.usage;
}
