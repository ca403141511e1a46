import { openStack, type Stack } from "../../tests/support/stack.ts";

/** A copy of the example in which the first release waits, warm, and the second serves. */
export interface WarmStack extends AsyncDisposable {
  stack: Stack;
  waiting: { release: "r1"; environment: "green" };
  serving: { release: "r2"; environment: "blue" };
  /** Runs deploy-production to its end, which must be a good one. */
  deploy(...flags: readonly string[]): Promise<void>;
  /** After a rollback: makes the second release serve again, and good again in the history's eyes. */
  serveAgain(): Promise<void>;
}

/**
 * Well before the first look at its health. Loading takes almost until then as the example has it, and a busy moment
 * would decide whether a start takes one interval of looks or two.
 */
const environment = { MODEL_LOAD_SECONDS: "0.5" };

export async function openWarmStack(signal: AbortSignal, say: (text: string) => void): Promise<WarmStack> {
  const stack = await openStack({ watch: { duration: "0s" } });
  const deploy = (...flags: readonly string[]) => deployWell(stack, flags, signal);
  try {
    for (const release of ["r1", "r2"]) {
      say(`deploying release ${release} to a copy of the example`);
      await deploy("--release", release, "--skip-backup");
    }
  } catch (thrown) {
    await stack[Symbol.asyncDispose]();
    throw thrown;
  }
  return {
    stack,
    // The front door of a new stack points at blue, so the first deployment goes to green.
    waiting: { release: "r1", environment: "green" },
    serving: { release: "r2", environment: "blue" },
    deploy,
    serveAgain: () => deploy("--release", "r2", "--skip-backup"),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

async function deployWell(stack: Stack, flags: readonly string[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { child, ended } = stack.start(flags, environment);
  const interrupt = () => child.kill("SIGINT");
  signal.addEventListener("abort", interrupt, { once: true });
  const { exitCode, stderr } = await ended;
  signal.removeEventListener("abort", interrupt);
  signal.throwIfAborted();
  if (exitCode !== 0) throw new Error(`deploy-production ${flags.join(" ")} exited ${exitCode}\n${stderr}`);
}
