import type { NotifyValues } from "../../core/config/index.ts";
import type { Redactor } from "../../core/log/index.ts";
import type { Announcement, NotifyEvent } from "./announcement.ts";
import { email } from "./email.ts";
import { ping } from "./ping.ts";
import { post, secretUrl } from "./post.ts";
import { readSecret, type SecretPlace } from "./secret.ts";
import { slackForm } from "./slack.ts";
import { teamsForm } from "./teams.ts";

/** One way to tell somebody. Its secret is read when it is used, so that a missing one costs the others nothing. */
export interface Channel {
  name: string;
  send(announcement: Announcement, signal: AbortSignal): Promise<void>;
}

export interface ChannelParts {
  /** Makes a path of the configuration absolute. */
  path: (relative: string) => string;
  redactor: Pick<Redactor, "add">;
}

/** The channels that the configuration wants told of this event of this job. */
export function channelsFor(
  notify: NotifyValues,
  job: keyof NotifyValues["on"],
  event: NotifyEvent,
  parts: ChannelParts,
): Channel[] {
  const wanted = event === "silence" || notify.on[job].includes(event);
  return [...(wanted ? messageChannels(notify, parts) : []), ...pingChannels(notify, job, parts)];
}

function messageChannels({ slack, teams, email: mail }: NotifyValues, parts: ChannelParts): Channel[] {
  return [
    ...(slack === undefined ? [] : [webhook("slack", slack, slackForm, parts)]),
    ...(teams === undefined ? [] : [webhook("teams", teams, teamsForm, parts)]),
    ...(mail === undefined ? [] : [mailbox(mail, parts)]),
  ];
}

function webhook(
  name: string,
  { webhookFile, webhookVariable }: NonNullable<NotifyValues["slack"]>,
  form: (announcement: Announcement) => string,
  parts: ChannelParts,
): Channel {
  return {
    name,
    async send(announcement, signal) {
      const address = addressAt({ file: webhookFile, variable: webhookVariable }, parts);
      await post(address, form(announcement), "application/json", signal);
    },
  };
}

function pingChannels(
  { ping: pings }: NotifyValues,
  job: keyof NotifyValues["on"],
  parts: ChannelParts,
): Channel[] {
  const place = pings[job];
  if (place === undefined) return [];
  const { urlFile: file, urlVariable: variable } = place;
  return [
    { name: "ping", send: async (said, signal) => ping(addressAt({ file, variable }, parts), said, signal) },
  ];
}

function mailbox(mail: NonNullable<NotifyValues["email"]>, parts: ChannelParts): Channel {
  return {
    name: "email",
    async send(announcement, signal) {
      const { user, passwordFile, passwordVariable, caFile } = mail;
      const place = { file: passwordFile, variable: passwordVariable };
      const password = user === undefined ? undefined : secretAt(place, parts);
      const ca = caFile === undefined ? {} : { caFile: parts.path(caFile) };
      await email({ ...mail, ...ca, password }, announcement, signal);
    },
  };
}

function secretAt({ file, variable }: SecretPlace, { path, redactor }: ChannelParts): string {
  const secret = readSecret({ file: file && path(file), variable });
  redactor.add(secret);
  return secret;
}

/** A shorter piece of an address stands in many a text by chance. */
const shortestPiece = 9;

/** Tools and services repeat an address in pieces: its path alone is as good as the whole, and so may be what it asks with. */
function addressAt(place: SecretPlace, parts: ChannelParts): URL {
  const url = secretUrl(secretAt(place, parts));
  const pieces = [url.pathname, url.search, ...url.searchParams.values(), url.password];
  for (const piece of pieces) if (piece.length >= shortestPiece) parts.redactor.add(piece);
  parts.redactor.add(url.href);
  return url;
}
