import { readFileSync } from "node:fs";
import { constants } from "node:os";

export interface InterruptHandlers {
  /** The first signal: the run is being told to put things back. */
  first(signal: NodeJS.Signals): void;
  /** A further signal: whoever sent it does not want to wait. */
  second(signal: NodeJS.Signals): void;
  /** The run has not ended in its time since it was aborted. */
  late: () => void;
}

export interface Interrupts extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts the run for another reason than a signal. */
  abort(reason: unknown): void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Turns the signals that ask a process to end into one AbortSignal, with a limit on the time to tidy up. */
export function listenForInterrupts(cleanupMs: number, handlers: InterruptHandlers): Interrupts {
  const controller = new AbortController();
  let interrupted = false;
  let limit: ReturnType<typeof setTimeout> | undefined;
  const abort = (reason: unknown) => {
    limit ??= setTimeout(handlers.late, cleanupMs).unref();
    controller.abort(reason);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (interrupted) return handlers.second(signal);
    interrupted = true;
    handlers.first(signal);
    abort(new DOMException(`interrupted by ${signal}`, "AbortError"));
  };
  const heard = signals.filter((signal) => !isIgnored(signal));
  for (const signal of heard) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    abort,
    [Symbol.dispose]() {
      clearTimeout(limit);
      for (const signal of heard) process.off(signal, onSignal);
    },
  };
}

/** Under nohup SIGHUP is ignored, and in a shell's background SIGINT: to listen would undo that. */
function isIgnored(signal: (typeof signals)[number]): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
    return (BigInt(`0x${mask}`) & (1n << BigInt(constants.signals[signal] - 1))) !== 0n;
  } catch {
    return false;
  }
}
