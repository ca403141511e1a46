import type { Io } from "../../core/cli/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { acquireLock } from "../../core/lock/index.ts";
import { readIdentities } from "../../systems/age/index.ts";
import { runReport } from "../backup/index.ts";
import type { RestoreDesk } from "./desk.ts";
import { beginJournal } from "./journal.ts";

/** The longest that a restore may take: what hangs must not hold the lock for ever. */
const longestMs = 24 * 3_600_000;

/**
 * The desk of a run from the command line, with the project's lock and a journal of its own.
 *
 * @param identityFile what age-keygen wrote, for backups that are encrypted.
 * @throws Failure LOCK_HELD, LOCK_NOT_TAKEN, IDENTITY_UNREADABLE, JOURNAL_NOT_WRITTEN
 */
export function openRestoreDesk(
  io: Io,
  configuration: Configuration,
  identityFile: string | undefined,
): RestoreDesk & Disposable {
  const identities = identityFile === undefined ? [] : readIdentities(identityFile);
  for (const identity of identities) io.redactor.add(identity);
  const endAt = performance.now() + longestMs;
  const holder = {
    pid: process.pid,
    command: "restore-db",
    since: new Date().toISOString(),
    doing: "begins",
  };
  const lock = acquireLock(configuration.state("lock"), holder);
  const journal = openOr(
    () => beginJournal(configuration, new Date()),
    () => lock.release(),
  );
  const progress = io.progress();
  return {
    configuration,
    journal,
    identities,
    signal: io.signal,
    remainingMs: () => Math.max(1, endAt - performance.now()),
    now: () => new Date(),
    report: {
      ...runReport(io, progress, lock),
      end: (step, outcome, seconds, detail) => progress.end(step, outcome, seconds, detail),
    },
    [Symbol.dispose]() {
      progress[Symbol.dispose]();
      journal.close();
      lock.release();
    },
  };
}

function openOr<T>(open: () => T, otherwise: () => void): T {
  try {
    return open();
  } catch (thrown) {
    otherwise();
    throw thrown;
  }
}
