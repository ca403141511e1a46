import { Failure } from "../../core/errors/index.ts";
import { type Announcement, bodyOf, type NotifyEvent } from "./announcement.ts";
import { post } from "./post.ts";

const endings: Record<NotifyEvent, string> = {
  start: "/start",
  success: "",
  failure: "/fail",
  silence: "/fail",
};

/** A ping that is lost raises a false alarm: it is tried again. */
const attempts = 3;
const pauseMs = 500;

/** Tells a dead man's switch, in the manner of healthchecks: at ADDRESS/start, ADDRESS and ADDRESS/fail. */
export async function ping(address: URL, announcement: Announcement, signal: AbortSignal): Promise<void> {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${endings[announcement.event]}`;
  const body = [announcement.headline, bodyOf(announcement)].filter(Boolean).join("\n");
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(url, body, "text/plain; charset=utf-8", signal);
    } catch (thrown) {
      if (attempt === attempts || signal.aborted || isFinal(thrown)) throw thrown;
      await Bun.sleep(pauseMs * attempt);
    }
  }
}

/** What is wrong with the address will be wrong the next time too. */
function isFinal(thrown: unknown): boolean {
  const status = thrown instanceof Failure ? Number(thrown.details["status"]) : Number.NaN;
  return status >= 300 && status < 500 && status !== 429;
}
