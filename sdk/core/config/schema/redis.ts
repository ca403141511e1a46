import { z } from "zod";

/** The Redis that the environments share, for the checks before and after a deployment. */
export const redisSchema = z
  .strictObject({
    service: z.string().optional().describe("Its service in the shared Compose project, where it is one."),
    host: z.string().optional().describe("Its address otherwise: on this host, or managed elsewhere."),
    port: z.int().min(1).max(65535).default(6379).describe("Its port."),
    passwordVariable: z
      .string()
      .optional()
      .describe("The variable of the env files that holds its password; without one nobody logs in."),
    persistent: z
      .boolean()
      .default(false)
      .describe("Whether what it holds, such as sessions or jobs, must survive its restart."),
  })
  .refine(({ service, host }) => (service === undefined) !== (host === undefined), {
    error: "expected either service or host",
  })
  .describe("The Redis that both environments use.");
