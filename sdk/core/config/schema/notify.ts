import { z } from "zod";

/** Who hears of deployments and of what fails unattended. */
export const notifySchema = z
  .strictObject({
    email: z
      .strictObject({
        to: z.array(z.email()).min(1).describe("Who gets the messages."),
        from: z.email().describe("The sender."),
        host: z.string().default("localhost").describe("The SMTP server."),
        port: z.int().min(1).max(65535).default(25).describe("The SMTP server's port."),
      })
      .optional()
      .describe("Messages by email."),
    slack: z
      .strictObject({
        webhookVariable: z
          .string()
          .default("SLACK_WEBHOOK_URL")
          .describe("The environment variable that holds the webhook's address, which is a secret."),
      })
      .optional()
      .describe("Messages to a Slack channel."),
  })
  .describe("Who is told when something that runs unattended fails, or a deployment ends.");

/** What a container's log must not say. */
export const containerLogsSchema = z
  .strictObject({
    errorWords: z
      .array(z.string().min(1))
      .default([])
      .describe("Words that a new release must not write to its log, such as ECONNREFUSED."),
  })
  .describe("What the containers' logs tell of a release.");
