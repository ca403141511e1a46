import { constants } from "node:os";

const graceMs = 10_000;

function killGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has gone by itself.
  }
}

function endedWithParent(argv: readonly string[]): string[] {
  return Bun.which("setpriv") === null ? [...argv] : ["setpriv", "--pdeathsig", "TERM", "--", ...argv];
}

function numberOf(signal: string | number | null): number {
  if (typeof signal === "number") return signal;
  return new Map<string, number>(Object.entries(constants.signals)).get(signal ?? "") ?? 0;
}

/**
 * Runs a command in a process group of its own, so that everything it started ends with it: when it is done,
 * when `signal` fires, and when this process dies.
 *
 * @param output the open file that all it prints goes to, as it comes.
 * @returns its exit code, a signal counting as 128 and its number.
 */
export async function runStreamed(
  argv: readonly string[],
  cwd: string,
  output: number,
  signal: AbortSignal,
): Promise<number> {
  const child = Bun.spawn(endedWithParent(argv), {
    cwd,
    stdin: "ignore",
    stdout: output,
    stderr: output,
    detached: true,
  });
  let hardEnd: Timer | undefined;
  const stop = () => {
    killGroup(child.pid, "SIGTERM");
    hardEnd = setTimeout(() => killGroup(child.pid, "SIGKILL"), graceMs);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await child.exited;
    return child.exitCode ?? 128 + numberOf(child.signalCode);
  } finally {
    clearTimeout(hardEnd);
    signal.removeEventListener("abort", stop);
    killGroup(child.pid, "SIGTERM");
  }
}
