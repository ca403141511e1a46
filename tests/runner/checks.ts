import { Failure } from "../../sdk/core/errors/index.ts";
import { run } from "../../sdk/core/process/index.ts";
import type { Outcome } from "./outcome.ts";

/** The checks of the source, the quickest to tell first; each is a script `check:NAME` of package.json. */
export const checkNames = ["types", "style", "lint", "dead"] as const;
export type CheckName = (typeof checkNames)[number];

const deadlineMs = 300_000;

async function complaint(name: CheckName, cwd: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const completed = await run([process.execPath, "run", `check:${name}`], { deadlineMs, cwd, signal });
    return completed.exitCode === 0 ? undefined : completed.stdout + completed.stderr;
  } catch (thrown) {
    if (thrown instanceof Failure) return `${thrown.message}\n${thrown.why ?? ""}`;
    throw thrown;
  }
}

/** Runs one check, which passes or fails as a whole, and shows what it says when it fails. */
export async function runCheck(name: CheckName, cwd: string, signal: AbortSignal): Promise<Outcome> {
  const started = performance.now();
  const problem = await complaint(name, cwd, signal);
  if (problem !== undefined) process.stderr.write(`${problem.trimEnd()}\n`);
  const passed = problem === undefined ? 1 : 0;
  const durationMs = performance.now() - started;
  return { stage: name, passed, failed: 1 - passed, durationMs, notes: [], files: [], failedTests: [] };
}
