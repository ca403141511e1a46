import { z } from "zod";
import { duration } from "../units.ts";

const port = z.int().min(1).max(65535);

/** One service of an environment, such as the backend. */
export const serviceSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/)
    .describe("How people call it."),
  composeService: z
    .string()
    .optional()
    .describe(
      'Its name in the Compose file; "{environment}-backend" where one file names both. The same as `name` by default.',
    ),
  ports: z
    .strictObject({ blue: port.describe("Blue's port."), green: port.describe("Green's port.") })
    .optional()
    .describe(
      "Where each environment's copy answers on this host, past the proxy. A service without ports is not asked over HTTP.",
    ),
  health: z
    .strictObject({
      path: z.string().startsWith("/").default("/health").describe("The path that answers 2xx."),
      timeout: duration().default(2_000).describe("How long one answer may take."),
    })
    .default({ path: "/health", timeout: 2_000 })
    .describe("The HTTP address that answers 2xx when the service can work."),
  releaseHeader: z
    .string()
    .nullable()
    .default("x-release")
    .describe(
      "The answer's header that names the release; null for a service that cannot say which release it is.",
    ),
  releaseLabel: z
    .string()
    .optional()
    .describe(
      "The image's label that names the release, such as org.opencontainers.image.version: for a service that is not asked over HTTP.",
    ),
  frontDoorPath: z
    .string()
    .startsWith("/")
    .optional()
    .describe(
      "A path at the front door that this service answers, to prove after the switch that the new release does.",
    ),
  assets: z
    .strictObject({
      path: z.string().startsWith("/").describe("The folder of hashed files in the container."),
      publishTo: z
        .string()
        .describe(
          "The folder that the proxy serves them from. It is for nothing else: maintenance removes old files that no kept release has.",
        ),
    })
    .optional()
    .describe("Hashed files that clients of an older release still ask for after a switch."),
});
