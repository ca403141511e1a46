import { readFileSync } from "node:fs";
import { isThisMachine, type NotifyValues } from "../../core/config/index.ts";
import { messageOf } from "../../core/errors/index.ts";
import { type Announcement, bodyOf } from "./announcement.ts";
import { failed } from "./post.ts";

type EmailValues = NonNullable<NotifyValues["email"]>;

/** What is known of a mail server once its secret has been read; `caFile` is absolute. */
export interface MailServer extends EmailValues {
  password: string | undefined;
}

/**
 * Hands a message to the SMTP server.
 *
 * @throws Failure NOTIFY_FAILED with the server's own words.
 */
export async function email(
  server: MailServer,
  announcement: Announcement,
  signal: AbortSignal,
): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport(transportOf(server));
  const close = () => transport.close();
  signal.addEventListener("abort", close, { once: true });
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(failed("no answer in time")), { once: true });
  try {
    const text = [announcement.headline, "", bodyOf(announcement), ""].join("\n");
    const { from, to } = server;
    await Promise.race([transport.sendMail({ from, to, subject: announcement.headline, text }), tooLate]);
  } catch (thrown) {
    throw failed(messageOf(thrown));
  } finally {
    close();
  }
}

function transportOf(server: MailServer) {
  const { host, port, user, password, caFile } = server;
  const encryption = encryptionOf(server);
  return {
    host,
    port,
    secure: encryption === "tls",
    requireTLS: encryption === "starttls",
    ignoreTLS: encryption === "none",
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
    tls: { rejectUnauthorized: true, ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }) },
    // Nobody may hand it a file or an address to read by the text of a message.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function encryptionOf({ encryption, port, host }: EmailValues): NonNullable<EmailValues["encryption"]> {
  if (encryption !== undefined) return encryption;
  if (port === 465) return "tls";
  return isThisMachine(host) ? "none" : "starttls";
}
