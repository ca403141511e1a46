import type { Configuration } from "../../core/config/index.ts";
import { exitCodes, Failure } from "../../core/errors/index.ts";
import { acquireLock } from "../../core/lock/index.ts";
import { run } from "../../core/process/index.ts";
import { dueNow } from "./due.ts";
import { bunArgv, type Home, type JobName, type ScheduledJob } from "./jobs.ts";
import { readRecord, recordFile, writeRecord } from "./record.ts";

/** What became of the question whether a job is due. */
export type Asked = { ran: false; why: string } | { ran: true; exitCode: number };

export interface Asking {
  configuration: Configuration;
  job: ScheduledJob;
  home: Home;
  now: Date;
  /** Told of a run that began and never ended. */
  silent: (why: string) => Promise<void>;
  /** A line that the job printed. */
  line: (text: string) => void;
  signal: AbortSignal;
}

/** What a run that was told to end may take to put things back, before it is killed. */
const killAfterSeconds = 150;

/** timeout(1) answers so when the time was over. */
const timedOut = 124;

/**
 * Runs a job if a time of its timetable has come since its last run, and nobody else is at it. One that had to leave the
 * project to another run stays due.
 */
export async function runIfDue(asking: Asking): Promise<Asked> {
  const { configuration, job, now } = asking;
  const lock = takeLock(configuration, job.name, now);
  if (lock === undefined) return { ran: false, why: "it is at work already" };
  using _ = lock;
  const file = recordFile(configuration, job.name);
  const record = readRecord(file);
  if (record === undefined || new Date(record.since) > now) {
    writeRecord(file, { since: now.toISOString(), attempts: 0, exitCode: 0 });
    return { ran: false, why: "it is scheduled from now on" };
  }
  if (record.exitCode === undefined) {
    await asking.silent(`it began at ${record.since}, and was killed, or the machine went down`);
    writeRecord(file, record.attempts > 1 ? { ...record, exitCode: exitCodes.failedAndPutBack } : record);
  }
  const due = dueNow(job.timetable, record, now);
  if (!due.due) return { ran: false, why: "it is not due" };
  writeRecord(file, { since: now.toISOString(), attempts: due.attempts + 1 });
  const exitCode = await carryOut(asking);
  if (exitCode === exitCodes.lockHeld) writeRecord(file, record);
  else writeRecord(file, { since: now.toISOString(), attempts: due.attempts + 1, exitCode });
  return { ran: true, exitCode };
}

async function carryOut({ configuration, job, home, line, silent, signal }: Asking): Promise<number> {
  const seconds = Math.ceil(configuration.schedule.timeout / 1_000);
  const limit = ["timeout", "--signal=TERM", `--kill-after=${killAfterSeconds}`, `${seconds}`];
  const { exitCode } = await run([...limit, ...bunArgv(home), ...job.argv], {
    deadlineMs: (seconds + killAfterSeconds + 60) * 1_000,
    onLine: line,
    signal,
  });
  if (exitCode === timedOut) line(`${job.name} was ended after ${seconds} s`);
  else if (isKilled(exitCode)) await silent(`it was killed by signal ${exitCode - 128}`);
  return exitCode;
}

/** Interrupted, a script ends with 130 by itself, and says so. */
function isKilled(exitCode: number): boolean {
  return exitCode > 128 && exitCode !== exitCodes.interrupted;
}

function takeLock(configuration: Configuration, job: JobName, now: Date): Disposable | undefined {
  const holder = { pid: process.pid, command: "schedule", since: now.toISOString(), doing: job };
  try {
    return acquireLock(configuration.state("schedule", `${job}.lock`), holder);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === "LOCK_HELD") return undefined;
    throw thrown;
  }
}
