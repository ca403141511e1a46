import type { Io } from "../../core/cli/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { acquireLock } from "../../core/lock/index.ts";
import type { BackupDesk } from "./desk.ts";
import { describe } from "./rate.ts";
import { runReport } from "./run-report.ts";

/** The longest that a backup may take when no deployment waits for it: what hangs must not hold the lock for ever. */
const longestMs = 24 * 3_600_000;

/**
 * The desk of a run from the command line, with the project's lock.
 *
 * @throws Failure LOCK_HELD, LOCK_NOT_TAKEN
 */
export function openBackupDesk(io: Io, configuration: Configuration): BackupDesk & Disposable {
  const holder = { pid: process.pid, command: "backup-db", since: new Date().toISOString(), doing: "begins" };
  const lock = acquireLock(configuration.state("lock"), holder);
  const progress = io.progress();
  return {
    configuration,
    signal: io.signal,
    deadlineMs: longestMs,
    now: () => new Date(),
    report: {
      ...runReport(io, progress, lock),
      end: (step, took) => progress.end(step, "done", took.madeSeconds + took.provenSeconds, describe(took)),
      proven: (step, seconds, detail) => progress.end(step, "done", seconds, detail),
    },
    [Symbol.dispose]() {
      progress[Symbol.dispose]();
      lock.release();
    },
  };
}
