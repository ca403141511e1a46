import type { Io } from "../../core/cli/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { exitCodes, Failure } from "../../core/errors/index.ts";
import { incomplete } from "./incomplete.ts";
import { renderFixed } from "./render.ts";
import { type Fixed, fixPermissions } from "./run.ts";
import { changesOf } from "./tally.ts";

export type Put = { detail: string } | { nothing: string; configured: boolean };

/** What is told while it goes on is at most a line in this time. */
const quietMs = 5_000;

/**
 * Fixes permissions as a part of a deployment, which holds the lock. What differs and may not be changed is a failure, for
 * which a person is needed; what is right already needs no rights.
 *
 * @throws Failure PERMISSIONS_INCOMPLETE with exit code 4, and what `fixPermissions` throws
 */
export async function putRight(
  io: Pick<Io, "log" | "warn">,
  configuration: Configuration,
  work: { signal: AbortSignal; note: (text: string) => void; tool: (line: string) => void },
): Promise<Put> {
  if (configuration.permissions === undefined)
    return { nothing: "the configuration has no section permissions", configured: false };
  let told = performance.now();
  const fixed = await fixPermissions(configuration, {
    dryRun: false,
    signal: work.signal,
    tool: work.tool,
    progress: ({ looked, changed }) => {
      if (performance.now() - told < quietMs) return;
      told = performance.now();
      work.note(`${looked} looked at, ${changed} changed`);
    },
  });
  for (const line of renderFixed(fixed)) io.log.info(line);
  for (const text of fixed.warnings) io.warn(text);
  const failure = incomplete({ ...fixed, failed: fixed.left.failed }, commandFor(configuration));
  if (failure !== undefined) throw forPerson(failure);
  if (fixed.looked === 0) return { nothing: "nothing that the policy names is there", configured: true };
  return { detail: detailOf(fixed) };
}

function commandFor({ file }: Configuration): string[] {
  return ["./scripts/fix-permissions.ts", "--config", file];
}

function forPerson(failure: Failure): Failure {
  const { code, message, why, remedy, details } = failure;
  // In a line of its own: the remedy may end with a command, which is copied whole.
  const then = `${remedy}\nthen deploy again`;
  return new Failure(code, {
    message,
    why,
    remedy: then,
    details,
    cause: failure,
    exitCode: exitCodes.personNeeded,
  });
}

function detailOf(fixed: Fixed): string {
  const left = Object.values(fixed.left).reduce((sum, { count }) => sum + count, 0);
  const rest = left === 0 ? "" : `, ${left} left as they are (the log names them)`;
  return `${fixed.looked} looked at, ${changesOf(fixed)} changed${rest}`;
}
