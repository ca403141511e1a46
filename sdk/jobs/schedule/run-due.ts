import type { Configuration } from "../../core/config/index.ts";
import { exitCodes, Failure } from "../../core/errors/index.ts";
import { acquireLock } from "../../core/lock/index.ts";
import { run } from "../../core/process/index.ts";
import { dueNow } from "./due.ts";
import { bunArgv, type Home, type JobName, type ScheduledJob } from "./jobs.ts";
import { type RunRecord, readRecord, recordFile, writeRecord } from "./record.ts";
import { isOwnWord } from "./silent.ts";

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

/** What a run that was told to end may take to put things back, and to tell others of it, before it is killed. */
const graceMs = 150_000;

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
  const found = readRecord(file);
  const record = found && (await toldOfSilence(found, file, asking));
  if (record === undefined || new Date(record.since) > now) {
    writeRecord(file, { since: now.toISOString(), attempts: 0, exitCode: 0 });
    return { ran: false, why: "it is scheduled from now on" };
  }
  const due = dueNow(job.timetable, record, now);
  if (!due.due) return { ran: false, why: "it is not due" };
  writeRecord(file, { since: now.toISOString(), attempts: due.attempts + 1 });
  const exitCode = await carryOut(asking);
  if (exitCode === exitCodes.lockHeld) writeRecord(file, record);
  else writeRecord(file, { since: now.toISOString(), attempts: due.attempts + 1, exitCode });
  return { ran: true, exitCode };
}

/** A run that began and never ended is told of once, however long it waits for its second attempt. */
async function toldOfSilence(record: RunRecord, file: string, { silent }: Asking): Promise<RunRecord> {
  if (record.exitCode !== undefined || record.told === true) return record;
  await silent(`it began at ${record.since}, and was killed, or the machine went down`);
  const told =
    record.attempts > 1
      ? { ...record, exitCode: exitCodes.failedAndPutBack }
      : { ...record, told: true as const };
  writeRecord(file, told);
  return told;
}

/**
 * No timeout(1) and no shell stand between: the job hears SIGTERM once, by which it puts things back (a second one would tell
 * it to leave them), and the kernel ends it with this process.
 */
async function carryOut({ configuration, job, home, line, silent, signal }: Asking): Promise<number> {
  const deadlineMs = configuration.schedule.timeout;
  try {
    const { exitCode } = await run([...bunArgv(home), ...job.argv], {
      deadlineMs,
      graceMs,
      onLine: line,
      signal,
    });
    if (exitCode > 128 && exitCode !== exitCodes.interrupted) {
      await silent(`it was killed by signal ${exitCode - 128}`);
    } else if (!isOwnWord(exitCode)) await silent(`it ended with exit code ${exitCode}`);
    return exitCode;
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== "DEADLINE_EXCEEDED") throw thrown;
    const why = `it was ended after ${deadlineMs / 1_000} s, as schedule.timeout says`;
    line(why);
    await silent(why);
    return exitCodes.interrupted;
  }
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
