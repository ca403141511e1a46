import { type Announcement, bodyOf, type NotifyEvent } from "./announcement.ts";

const colours: Record<NotifyEvent, string> = {
  start: "Accent",
  success: "Good",
  failure: "Attention",
  silence: "Attention",
};

/** The form that the webhooks of Teams' workflows take: an Adaptive Card. */
export function teamsForm(announcement: Announcement): string {
  const block = (text: string, more: object) => ({
    type: "TextBlock",
    text: plain(text),
    wrap: true,
    ...more,
  });
  const body = bodyOf(announcement);
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      block(announcement.headline, { weight: "Bolder", color: colours[announcement.event] }),
      ...body
        .split("\n")
        .filter(Boolean)
        .map((line) => block(line, { spacing: "None" })),
    ],
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return JSON.stringify({ type: "message", attachments: [{ contentType, contentUrl: null, content: card }] });
}

/** A card's text is Markdown: what would make a link or a list of it is made harmless. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]#<>|]/g, (mark) => `\\${mark}`);
}
