import { asFailure } from "../../core/errors/index.ts";
import type { RunLog } from "../../core/log/index.ts";
import type { Announcement } from "./announcement.ts";
import type { Channel } from "./channels.ts";

/** How a message got on. */
export interface Told {
  channel: string;
  ok: boolean;
  /** Why it was not heard. */
  reason?: string | undefined;
}

/** How long all that is told of one event may take, in milliseconds. */
const deadlineMs = 10_000;

/**
 * Tells all channels, side by side. It never throws, and takes no longer than its deadline: a message that does not
 * arrive is logged, and changes nothing about the run that it speaks of.
 */
export function tell(
  channels: readonly Channel[],
  announcement: Announcement,
  { log, limitMs = deadlineMs }: { log: Pick<RunLog, "info" | "warn">; limitMs?: number },
): Promise<Told[]> {
  const { job, event } = announcement;
  return Promise.all(
    channels.map(async (channel): Promise<Told> => {
      try {
        await withinLimit(channel, announcement, limitMs);
        log.info(`told ${channel.name} of the ${event} of ${job}`);
        return { channel: channel.name, ok: true };
      } catch (thrown) {
        const { message, remedy } = asFailure(thrown);
        log.warn(`${channel.name} was not told of the ${event} of ${job}: ${message} (${remedy})`);
        return { channel: channel.name, ok: false, reason: message };
      }
    }),
  );
}

/** The deadline holds for a channel too that does not listen to its signal. */
async function withinLimit(channel: Channel, announcement: Announcement, limitMs: number): Promise<void> {
  const deadline = new AbortController();
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    deadline.abort();
    reject(new Error(`no answer within ${limitMs / 1000} s`));
  }, limitMs);
  try {
    await Promise.race([channel.send(announcement, deadline.signal), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
