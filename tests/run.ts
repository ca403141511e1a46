#!/usr/bin/env -S bun --no-env-file --no-install
/**
 * npm test [-- types | unit | faults/kill …]
 *
 * Sets the machine up, checks the source, and runs the tests, quick things first. The last line is
 * `N passed, N failed`; the exit code is 1 when anything failed.
 */
import path from "node:path";
import { asFailure, exitCodes } from "../sdk/core/errors/index.ts";
import { endChildren } from "../sdk/core/process/index.ts";
import { setUp } from "../sdk/jobs/setup/index.ts";
import { runCheck } from "./runner/checks.ts";
import { clearAway } from "./runner/clear-away.ts";
import { runFolder } from "./runner/folders.ts";
import { notRun, type Outcome, total } from "./runner/outcome.ts";
import { type Stage, select, testFiles, unknownWords } from "./runner/selection.ts";
import { lastLine, summaryLines } from "./runner/summary.ts";

const project = path.dirname(import.meta.dir);
/** A run takes some 18 minutes on two quiet cores; a busy machine may need longer, and must not be told that it failed. */
const wholeRunMs = 35 * 60_000;

const say = (line: string) => void process.stderr.write(`${line}\n`);

function nameOf(stage: Stage): string {
  return "check" in stage ? stage.check : stage.folder;
}

function partsOf(stage: Stage): number {
  return "check" in stage ? 1 : stage.files.length;
}

function needsMachine(stage: Stage): boolean {
  return "folder" in stage && stage.folder !== "unit";
}

/** Gives the outcome only of a set-up that failed: one that succeeded is no test. */
async function prepared(signal: AbortSignal): Promise<Outcome | undefined> {
  const started = performance.now();
  try {
    await setUp("test", { say, signal });
    await clearAway(say);
    return undefined;
  } catch (thrown) {
    const { code, message, why, remedy } = asFailure(thrown);
    const notes = [`error[${code}] ${message}`, `  why: ${why ?? "not known"}`, `  fix: ${remedy}`];
    return {
      stage: "set-up",
      passed: 0,
      failed: 1,
      durationMs: performance.now() - started,
      notes,
      files: [],
      failedTests: [],
    };
  }
}

async function runStage(stage: Stage, signal: AbortSignal): Promise<Outcome> {
  say(`\n== ${nameOf(stage)}`);
  if ("check" in stage) return runCheck(stage.check, project, signal);
  return runFolder(stage.folder, stage.files, project, signal);
}

async function runAll(stages: readonly Stage[], signal: AbortSignal): Promise<Outcome[]> {
  const broken = stages.some(needsMachine) ? await prepared(signal) : undefined;
  const outcomes = broken === undefined ? [] : [broken];
  for (const stage of stages) {
    if (signal.aborted) outcomes.push(notRun(nameOf(stage), partsOf(stage), String(signal.reason)));
    else if (broken !== undefined && needsMachine(stage))
      outcomes.push(notRun(nameOf(stage), partsOf(stage), "the set-up failed"));
    else outcomes.push(await runStage(stage, signal));
  }
  return outcomes;
}

/** Fires at the first Ctrl-C or SIGTERM, and at the deadline of the whole run. */
function endOfRun(): AbortController {
  const end = new AbortController();
  const deadline = setTimeout(
    () => end.abort(`the whole run's ${wholeRunMs / 60_000} minutes were over`),
    wholeRunMs,
  );
  deadline.unref();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => end.abort(`interrupted by ${signal}`));
  }
  return end;
}

async function main(args: readonly string[]): Promise<number> {
  const files = await testFiles(project);
  const unknown = unknownWords(files, args);
  if (unknown.length > 0) {
    say(`error[USAGE] there is no check and no test called ${unknown.join(", ")}`);
    say(
      "  fix: name a check (types, style, lint, dead), a folder (unit), or the start of a path (faults/kill)",
    );
    return exitCodes.usage;
  }
  const { signal } = endOfRun();
  const outcomes = await runAll(select(files, args), signal);
  await endChildren();
  if (signal.aborted && outcomes.some(({ stage }) => stage === "faults")) await clearAway(say);
  for (const line of summaryLines(outcomes)) say(line);
  if (signal.aborted) say(`stopped early: ${String(signal.reason)}`);
  process.stdout.write(`${lastLine(outcomes)}\n`);
  // A sum that is no number has not been shown to be none.
  return total(outcomes).failed === 0 ? exitCodes.done : exitCodes.failedAndPutBack;
}

process.exitCode = await main(process.argv.slice(2));
