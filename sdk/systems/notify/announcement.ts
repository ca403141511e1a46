/** What a run may be told of; a silence is a run that began and never ended. */
export type NotifyEvent = "start" | "success" | "failure" | "silence";

/** One thing to tell, in words that hold no secret. */
export interface Announcement {
  job: string;
  event: NotifyEvent;
  /** One line: what happened to what, and where. */
  headline: string;
  /** What else is to be known: why, what to do, where the log is. */
  lines: readonly string[];
}

/** What services take of a text before they cut it or refuse it. */
const longestText = 2_800;

/** The lines below the headline, cut to what every service takes. */
export function bodyOf({ lines }: Announcement): string {
  const text = lines.join("\n").toWellFormed();
  return text.length <= longestText ? text : `${text.slice(0, longestText).toWellFormed()}…`;
}
