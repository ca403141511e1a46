import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Configuration } from "../../core/config/index.ts";
import type { Failure } from "../../core/errors/index.ts";
import { makeFolder, writeFileAtomically } from "../../core/files/index.ts";
import type { Job } from "./job.ts";

const detailsSchema = z.object({ holder: z.object({ pid: z.number(), since: z.iso.datetime() }) });

/**
 * Whether a run that found the project's lock held is to be told of: when its holder has had the lock for longer than any
 * scheduled run may take. A script that somebody stopped with Ctrl-Z would else keep backups from being made for days, and each of
 * them would leave without a word. Of one holder each job tells once.
 */
export function waitsTooLong(
  job: Job,
  failure: Failure | undefined,
  { schedule, state }: Pick<Configuration, "schedule" | "state">,
  now = new Date(),
): boolean {
  const { data } = detailsSchema.safeParse(failure?.details);
  if (data === undefined) return false;
  const { pid, since } = data.holder;
  if (now.getTime() - Date.parse(since) < schedule.timeout) return false;
  const file = state("waiting", job);
  const holder = `${pid} ${since}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === holder) return false;
  makeFolder(dirname(file));
  writeFileAtomically(file, holder, { toFolderOwner: true });
  return true;
}
