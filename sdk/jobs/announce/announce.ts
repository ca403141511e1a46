import type { Announcer, Io } from "../../core/cli/index.ts";
import { type Configuration, loadConfiguration } from "../../core/config/index.ts";
import { exitCodes } from "../../core/errors/index.ts";
import type { Announcement } from "../../systems/notify/index.ts";
import type { Job } from "./job.ts";
import { waitsTooLong } from "./waiting.ts";
import { beginning, ending, keptOut, type Subject, silence } from "./words.ts";

/** What of a run's own talk is needed to tell others of it. */
type Teller = Pick<Io, "log" | "warn" | "redactor">;

/**
 * Who tells of a run of this job; undefined where the configuration names nobody to tell. A configuration that cannot be
 * read is the run's own to complain of.
 */
export async function announce(
  job: Job,
  flags: { config: string; dryRun?: boolean | undefined },
  io: Teller,
): Promise<Announcer | undefined> {
  if (flags.dryRun) return undefined;
  const configuration = await loadConfiguration(flags.config).catch(() => undefined);
  if (configuration?.notify === undefined) return undefined;
  const subject = subjectOf(configuration, job, io);
  const say = (announcement: Announcement) => told(announcement, job, configuration, io);
  return {
    begins: () => say(beginning(subject)),
    async ends(end) {
      const { exitCode, failure } = end;
      const isKeptOut = exitCode === exitCodes.lockHeld && waitsTooLong(job, failure, configuration);
      const announcement = isKeptOut ? keptOut(subject, failure) : ending(subject, end);
      if (announcement !== undefined) await say(announcement);
    },
  };
}

/** Tells that a run began and never said how it ended. */
export async function tellOfSilence(
  job: Job,
  why: string,
  configuration: Configuration,
  io: Teller,
): Promise<void> {
  await told(silence(subjectOf(configuration, job, io), why), job, configuration, io);
}

function subjectOf({ project }: Configuration, job: Job, { log }: Pick<Io, "log">): Subject {
  return { project, job, logFile: log.path };
}

async function told(
  announcement: Announcement,
  job: Job,
  { notify, path }: Configuration,
  { log, warn, redactor }: Teller,
): Promise<void> {
  if (notify === undefined) return;
  const { channelsFor, tell } = await import("../../systems/notify/index.ts");
  const { headline, lines, ...rest } = announcement;
  const masked = { ...rest, headline: redactor.redact(headline), lines: lines.map(redactor.redact) };
  const channels = channelsFor(notify, job, announcement.event, { path, redactor });
  await tell(channels, masked, { log: { info: (text) => log.info(text), warn } });
}
