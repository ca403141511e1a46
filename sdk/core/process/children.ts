import type { Subprocess } from "bun";

const living = new Set<Subprocess>();

const pdeathsig = process.platform === "linux" ? Bun.which("setpriv") : null;

/**
 * Puts the kernel's own "end this child when its parent dies" before a command, so that a SIGKILL of the
 * script leaves no `docker compose` at work behind it. Where setpriv(1) is missing the command runs as it is.
 */
export function endedWithParent(argv: readonly string[]): string[] {
  return pdeathsig === null ? [...argv] : [pdeathsig, "--pdeathsig", "KILL", "--", ...argv];
}

/** Remembers a child until it has exited. */
export function adopt(child: Subprocess): void {
  living.add(child);
  void child.exited.finally(() => living.delete(child));
}

/** How long a child may stay that was told to leave and then killed, in milliseconds. */
const stayingMs = 2_000;

/**
 * Ends a child and what it has started: SIGTERM, and SIGKILL when it has not gone after `graceMs`. Resolves when it
 * is gone. What a child left behind when it went by itself is ended too. One that has become another user's is not ours to
 * kill, and one that waits for a disk that is away does not die: neither is waited for without end.
 */
export async function end(child: Subprocess, graceMs = 5_000): Promise<void> {
  if (hasGone(child)) return signalGroup(child, "SIGKILL");
  signalGroup(child, "SIGTERM");
  const hardEnd = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
  const { promise: stays, resolve } = Promise.withResolvers<void>();
  const limit = setTimeout(resolve, graceMs + stayingMs);
  await Promise.race([child.exited, stays]);
  clearTimeout(hardEnd);
  clearTimeout(limit);
}

/** Whether a child has ended, by itself or by a signal. */
export function hasGone(child: Subprocess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/**
 * Every child leads a process group of its own (`detached`). So Ctrl-C at the terminal reaches the script alone,
 * which decides what becomes of its children; and what they have started can be ended with them.
 */
function signalGroup(child: Subprocess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: there is nobody left in it.
  }
}

/** Ends every child that still runs; each gets `graceMs` to leave by itself. */
export async function endChildren(graceMs = 5_000): Promise<void> {
  await Promise.all([...living].map((child) => end(child, graceMs)));
}
