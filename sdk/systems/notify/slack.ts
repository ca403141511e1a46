import { type Announcement, bodyOf, type NotifyEvent } from "./announcement.ts";

const marks: Record<NotifyEvent, string> = {
  start: ":arrow_forward:",
  success: ":white_check_mark:",
  failure: ":x:",
  silence: ":zzz:",
};

/** The form that Slack's incoming webhooks take; `text` is what a phone shows. */
export function slackForm(announcement: Announcement): string {
  const headline = `${marks[announcement.event]} *${escaped(announcement.headline)}*`;
  const body = bodyOf(announcement);
  const section = (type: "mrkdwn" | "plain_text", text: string) => ({
    type: "section",
    text: { type, text },
  });
  const blocks = [section("mrkdwn", headline), ...(body === "" ? [] : [section("plain_text", body)])];
  return JSON.stringify({ text: headline, blocks });
}

/** The three characters that have a meaning in Slack's texts, and the marks of bold, italic, struck and code. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[*_~`]/g, " ");
}
