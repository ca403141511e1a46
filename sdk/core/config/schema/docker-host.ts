import { z } from "zod";

/** A Compose project: the arguments that every `docker compose` call for it starts with. */
const composeSchema = z.strictObject({
  project: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, "expected lower-case letters, digits, hyphens and underscores")
    .describe("The Compose project's name."),
  files: z
    .array(z.string())
    .min(1)
    .describe("The Compose files, in the order in which they override each other."),
  envFiles: z.array(z.string()).default([]).describe("The files with the variables of the Compose files."),
});

/** One Docker host: two Compose environments behind an nginx that tests a marker file for each request. */
export const dockerHostSchema = z.strictObject({
  kind: z.literal("docker-host").describe("One machine with Docker, Compose and nginx."),
  environments: z
    .strictObject({
      blue: composeSchema.describe("Blue's Compose project."),
      green: composeSchema.describe("Green's Compose project."),
    })
    .describe("The two environments."),
  shared: composeSchema
    .extend({
      services: z.array(z.string()).min(1).describe("The services to start when they do not run."),
    })
    .describe("What both environments use: the proxy, and often the database."),
  proxy: z
    .strictObject({
      service: z.string().describe("The proxy's service in the shared Compose project."),
      frontDoor: z
        .url({ protocol: /^https?$/ })
        .describe(
          "The address that users reach the proxy at, as seen from this host; for HTTPS by a name that its certificate is for, which /etc/hosts may lead here.",
        ),
      environmentPath: z
        .string()
        .startsWith("/")
        .default("/.switchover/environment")
        .describe("The path at which the proxy says which environment it sends requests to."),
      markerDirectory: z.string().describe("The folder, mounted into the proxy, that holds the marker file."),
      configFiles: z
        .array(z.string())
        .default([])
        .describe("The proxy's configuration files on this host, for permissions and backups."),
    })
    .describe("The nginx in front of both environments."),
  images: z
    .strictObject({
      pull: z
        .enum(["always", "missing"])
        .default("always")
        .describe("When images that are not built here are pulled."),
    })
    .default({ pull: "always" })
    .describe("The images of a release."),
});

export type DockerHostValues = z.output<typeof dockerHostSchema>;
export type ComposeValues = z.output<typeof composeSchema>;
