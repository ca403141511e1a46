import { z } from "zod";

const webhook = (service: string, variable: string) =>
  z
    .strictObject({
      webhookVariable: z
        .string()
        .default(variable)
        .describe("The environment variable that holds the webhook's address, which is a secret."),
      webhookFile: z
        .string()
        .optional()
        .describe(
          "The file, of mode 0600, that holds the address instead; cron and systemd set no variables.",
        ),
    })
    .optional()
    .describe(`Messages to a channel of ${service}.`);

const emailSchema = z
  .strictObject({
    to: z.array(z.email()).min(1).describe("Who gets the messages."),
    from: z.email().describe("The sender."),
    host: z.string().default("localhost").describe("The SMTP server."),
    port: z.int().min(1).max(65535).default(25).describe("The SMTP server's port."),
    encryption: z
      .enum(["tls", "starttls", "none"])
      .optional()
      .describe('By default "tls" at port 465, "none" to this machine itself, and "starttls" elsewhere.'),
    caFile: z
      .string()
      .optional()
      .describe(
        "The authority, as PEM, that the server's certificate is verified by, where it is no public one.",
      ),
    user: z.string().optional().describe("The user to log in as; nobody logs in without it."),
    passwordVariable: z
      .string()
      .default("SMTP_PASSWORD")
      .describe("The environment variable that holds the user's password."),
    passwordFile: z.string().optional().describe("The file, of mode 0600, that holds the password instead."),
  })
  .refine(({ encryption, host }) => encryption !== "none" || isThisMachine(host), {
    path: ["encryption"],
    message: 'expected "tls" or "starttls": a message leaves this machine encrypted only',
  });

/** Whether what is sent to this host stays on the machine. */
export function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

const events = (job: string, ...told: ("start" | "success" | "failure")[]) =>
  z
    .array(z.enum(["start", "success", "failure"]))
    .default(told)
    .describe(`What messages tell of ${job}. That a run began and never ended is told always.`);

const ping = (job: string) =>
  z
    .strictObject({
      urlFile: z
        .string()
        .optional()
        .describe("The file, of mode 0600, that holds the address, which is a secret."),
      urlVariable: z.string().optional().describe("The environment variable that holds the address instead."),
    })
    .refine(({ urlFile, urlVariable }) => (urlFile === undefined) !== (urlVariable === undefined), {
      message: "expected one of urlFile and urlVariable",
    })
    .optional()
    .describe(`The check that is told of ${job}.`);

/** Who hears of deployments and of what fails unattended. */
export const notifySchema = z
  .strictObject({
    email: emailSchema.optional().describe("Messages by email."),
    slack: webhook("Slack", "SLACK_WEBHOOK_URL"),
    teams: webhook("Microsoft Teams", "TEAMS_WEBHOOK_URL"),
    on: z
      .strictObject({
        deployment: events("a deployment", "success", "failure"),
        backup: events("a backup", "failure"),
        restore: events("a restore", "failure"),
        permissions: events("the permissions", "failure"),
        maintenance: events("the maintenance", "failure"),
      })
      .prefault({})
      .describe("What is told in messages, for each job."),
    ping: z
      .strictObject({
        deployment: ping("deployments"),
        backup: ping("backups"),
        restore: ping("restores"),
        permissions: ping("the permissions"),
        maintenance: ping("the maintenance"),
      })
      .default({})
      .describe(
        "A dead man's switch in the manner of healthchecks: it is asked at ADDRESS/start, then at ADDRESS or at ADDRESS/fail, and raises the alarm when a job is silent.",
      ),
  })
  .describe("Who is told when something that runs unattended fails or is silent, or a deployment ends.");

/** What a container's log must not say. */
export const containerLogsSchema = z
  .strictObject({
    errorWords: z
      .array(z.string().min(1))
      .default([])
      .describe("Words that a new release must not write to its log, such as ECONNREFUSED."),
  })
  .describe("What the containers' logs tell of a release.");

export type NotifyValues = z.output<typeof notifySchema>;
