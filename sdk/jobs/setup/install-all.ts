import { asFailure, Failure } from "../../core/errors/index.ts";
import type { Installing, Requirement } from "./requirement.ts";

/** How one requirement came to be there. */
export interface SetUpItem {
  name: string;
  state: "present" | "installed";
  durationMs: number;
}

const reminderMs = 15_000;

/** Apt's and Docker's own failures say what failed; this says what it was for. */
function failureOf(requirement: Requirement, thrown: unknown): Failure {
  const { code, message, why, remedy, details } = asFailure(thrown);
  const isTools = code === "COMMAND_FAILED" || code === "DEADLINE_EXCEEDED" || code === "UNEXPECTED";
  return new Failure(isTools ? "TOOL_MISSING" : code, {
    message: `${requirement.name} could not be set up: ${message}`,
    why,
    remedy: isTools ? "see the commands with --dry-run, make them succeed, then run again" : remedy,
    details: { ...details, requirement: requirement.name },
    cause: thrown,
  });
}

async function installWatched(requirement: Requirement, { say, signal }: Installing): Promise<void> {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const sayFor = (line: string) => say(`${requirement.name}: ${line}`);
  sayFor(`installing, from ${requirement.from}`);
  const reminder = setInterval(() => sayFor(`still at work (${seconds()} s)`), reminderMs);
  try {
    await requirement.install({ say: sayFor, signal });
  } catch (thrown) {
    throw failureOf(requirement, thrown);
  } finally {
    clearInterval(reminder);
  }
  sayFor(`there now (${seconds()} s)`);
}

/** Looks again first: images, for instance, come back with the daemon that was down. */
async function bring(
  requirement: Requirement,
  before: readonly Promise<SetUpItem>[],
  installing: Installing,
): Promise<SetUpItem> {
  await Promise.all(before);
  const started = performance.now();
  const { name } = requirement;
  const isThere = before.length > 0 && (await requirement.isPresent());
  if (!isThere) await installWatched(requirement, installing);
  return { name, state: isThere ? "present" : "installed", durationMs: performance.now() - started };
}

/**
 * Installs what is missing, side by side, each thing after those that it needs. Where one fails the others
 * are finished still, for what they were doing is better not left half done.
 *
 * @throws the first Failure.
 */
export async function installAll(
  missing: readonly Requirement[],
  installing: Installing,
): Promise<SetUpItem[]> {
  const items = new Map<string, Promise<SetUpItem>>();
  for (const requirement of missing) {
    const before = requirement.after.flatMap((name) => items.get(name) ?? []);
    items.set(requirement.name, bring(requirement, before, installing));
  }
  await Promise.allSettled(items.values());
  return Promise.all(items.values());
}
