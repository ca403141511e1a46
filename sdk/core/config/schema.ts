import { z } from "zod";
import { databaseSchema } from "./schema/database.ts";
import { dockerHostSchema } from "./schema/docker-host.ts";
import { deadlinesSchema, drainSchema, watchSchema } from "./schema/pace.ts";
import { serviceSchema } from "./schema/service.ts";
import { size } from "./units.ts";

/** The whole configuration, as a person writes it (`input`) and as the scripts read it (`output`). */
export const configurationSchema = z
  .strictObject({
    project: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, "expected lower-case letters, digits and hyphens")
      .describe("The project's name: it names the lock, the images and the containers of migrations."),
    root: z
      .string()
      .optional()
      .describe(
        "The folder that every relative path starts from, and that holds logs/, backups/ and .switchover/. By default the folder above config/, or else the configuration's own.",
      ),
    platform: z.discriminatedUnion("kind", [dockerHostSchema]).describe("Where the environments live."),
    services: z
      .array(serviceSchema)
      .min(1)
      .describe("What makes up one environment. Shared services, such as the proxy, do not stand here."),
    database: databaseSchema.default({ mode: "none" }),
    deadlines: deadlinesSchema.default(() => deadlinesSchema.parse({})),
    watch: watchSchema.default(() => watchSchema.parse({})),
    drain: drainSchema.default(() => drainSchema.parse({})),
    keepPrevious: z
      .boolean()
      .default(true)
      .describe("Keep the previous environment running after a deployment, so that a rollback is instant."),
    resources: z
      .strictObject({
        disk: size()
          .default(10e9)
          .describe("Free space that a deployment needs on each file system it writes to."),
        memory: size()
          .default(4e9)
          .describe("Available memory that a deployment needs while both environments run."),
      })
      .default({ disk: 10e9, memory: 4e9 }),
    permissions: z
      .strictObject({
        uid: z.int().nonnegative().default(1001),
        gid: z.int().nonnegative().default(1001),
      })
      .optional()
      .describe("The user and group that the containers write files as."),
    backups: z
      .strictObject({
        directory: z.string().default("backups"),
        keepDays: z.int().positive().default(30),
        keepCount: z.int().positive().default(10),
      })
      .optional()
      .describe("Where backups go and how long they stay."),
    domain: z.string().optional().describe("The public name of the site."),
    tls: z
      .strictObject({ certificate: z.string(), key: z.string() })
      .optional()
      .describe("The certificate and key files that the proxy serves with."),
    logging: z
      .strictObject({ verbose: z.boolean().default(false) })
      .default({ verbose: false })
      .describe("What the scripts print; the log file always has everything."),
  })
  .superRefine((configuration, context) => {
    const names = configuration.services.map((service) => service.name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      context.addIssue({
        code: "custom",
        path: ["services", index, "name"],
        message: `a second service is called ${name}`,
      });
    }
    const migrations = configuration.database.mode === "none" ? undefined : configuration.database.migrations;
    if (migrations && !names.includes(migrations.service)) {
      context.addIssue({
        code: "custom",
        path: ["database", "migrations", "service"],
        message: `expected one of ${names.join(", ")}`,
      });
    }
  });

export type ConfigurationInput = z.input<typeof configurationSchema>;
export type ConfigurationValues = z.output<typeof configurationSchema>;
