import { hostname } from "node:os";
import type { RunEnd } from "../../core/cli/index.ts";
import { exitCodes, type Failure } from "../../core/errors/index.ts";
import type { Announcement, NotifyEvent } from "../../systems/notify/index.ts";
import type { Job } from "./job.ts";

/** Which project's run of which job is spoken of. */
export interface Subject {
  project: string;
  job: Job;
  logFile: string | undefined;
}

/** What is told of a run that begins. */
export function beginning(subject: Subject): Announcement {
  return announcement(subject, "start", "begins", []);
}

/** What is told of a run that ended; undefined for one that had to leave the project to another run. */
export function ending(
  subject: Subject,
  { exitCode, failure, remarks = [], seconds }: RunEnd,
): Announcement | undefined {
  if (exitCode === exitCodes.lockHeld) return undefined;
  const lines = [
    ...(failure === undefined ? [] : [`${failure.code}: ${failure.message}`]),
    ...(failure?.why === undefined ? [] : [`why: ${failure.why}`]),
    ...(failure === undefined ? [] : [`fix: ${failure.remedy}`]),
    ...remarks,
    `exit code ${exitCode} after ${Math.round(seconds)} s`,
  ];
  if (exitCode === exitCodes.done) return announcement(subject, "success", "is done", lines);
  return announcement(subject, "failure", said[exitCode], lines);
}

const said = {
  [exitCodes.failedAndPutBack]: "failed",
  [exitCodes.usage]: "was refused: its configuration or command line is wrong",
  [exitCodes.personNeeded]: "failed, and needs a person",
  [exitCodes.doneInPart]: "is done only in part",
  [exitCodes.interrupted]: "was interrupted",
} as const;

/** What is told of a run that began and never said how it ended. */
export function silence(subject: Subject, why: string): Announcement {
  return announcement(subject, "silence", "ended without a word", [
    why,
    "look with ./scripts/status.ts and in the newest log",
  ]);
}

/** What is told of a run that another one has kept out for too long. */
export function keptOut(subject: Subject, failure: Failure | undefined): Announcement {
  return announcement(subject, "silence", "is kept out by another run", [
    failure?.message ?? "another run holds the lock",
    "look with ./scripts/status.ts, and whether somebody has stopped that run (ps: state T)",
  ]);
}

function announcement(
  { project, job, logFile }: Subject,
  event: NotifyEvent,
  what: string,
  lines: readonly string[],
): Announcement {
  const headline = `${project}: ${job} ${what} on ${hostname()}`;
  return { job, event, headline, lines: [...lines, ...(logFile === undefined ? [] : [`log: ${logFile}`])] };
}
