import { type ExitCode, type Failure, messageOf } from "../errors/index.ts";
import type { RunLog } from "../log/index.ts";

/** How a run ended. */
export interface RunEnd {
  exitCode: ExitCode;
  failure?: Failure | undefined;
  /** What else is told of it, a line each. */
  remarks?: readonly string[] | undefined;
  seconds: number;
}

/** Tells others of a run. Nothing that it does changes what came of the run; what it throws is logged. */
export interface Announcer {
  begins(): Promise<void>;
  ends(end: RunEnd): Promise<void>;
}

/**
 * Begins to tell of a run, beside the run itself; what it gives is called when the run has ended and its result is
 * printed, and resolves when that has been told too.
 */
export function announcing(
  open: () => Promise<Announcer | undefined>,
  log: Pick<RunLog, "warn">,
): (end: RunEnd) => Promise<void> {
  const tolerate = async <T>(act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (thrown) {
      log.warn(`nobody could be told of the run: ${messageOf(thrown)}`);
      return undefined;
    }
  };
  const begun = tolerate(async () => {
    const announcer = await open();
    await tolerate(async () => announcer?.begins());
    return announcer;
  });
  return async (end) => {
    const announcer = await begun;
    using _ = leaveAtOnce();
    await tolerate(async () => announcer?.ends(end));
  };
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** Whoever does not want to wait for the messages leaves with what came of the run. */
function leaveAtOnce(): Disposable {
  const leave = () => process.exit();
  for (const signal of signals) process.on(signal, leave);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, leave);
    },
  };
}
