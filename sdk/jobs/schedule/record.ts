import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Configuration } from "../../core/config/index.ts";
import { makeFolder, writeFileAtomically } from "../../core/files/index.ts";
import type { JobName } from "./jobs.ts";

/** What is known of a job's last run under cron; systemd keeps such a record itself. */
const recordSchema = z.object({
  /** ISO time at which it began, or at which the job was scheduled first. */
  since: z.iso.datetime(),
  /** How it ended; undefined while it runs, and for ever when it was killed. */
  exitCode: z.number().optional(),
  /** Others were told that it was killed. */
  told: z.literal(true).optional(),
  /** How often it was begun for the same time of its timetable. */
  attempts: z.number().default(0),
});

export type RunRecord = z.infer<typeof recordSchema>;

/** Where the record of a job's last run is. */
export function recordFile(configuration: Configuration, job: JobName): string {
  return configuration.state("schedule", `${job}.json`);
}

/** The record; undefined where there is none, or none that can be read. */
export function readRecord(file: string): RunRecord | undefined {
  try {
    return existsSync(file) ? recordSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws the file system's own error. */
export function writeRecord(file: string, record: RunRecord): void {
  makeFolder(dirname(file));
  writeFileAtomically(file, `${JSON.stringify(record)}\n`, { toFolderOwner: true });
}
