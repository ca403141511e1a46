import { z } from "zod";
import { backupsSchema } from "./schema/backups.ts";
import { checksSchema } from "./schema/checks.ts";
import { databaseSchema } from "./schema/database.ts";
import { dockerHostSchema } from "./schema/docker-host.ts";
import { loggingSchema, resourcesSchema, tlsSchema, uploadsSchema, weightsSchema } from "./schema/host.ts";
import { maintenanceSchema, scheduleSchema } from "./schema/maintenance.ts";
import { containerLogsSchema, notifySchema } from "./schema/notify.ts";
import { deadlinesSchema, drainSchema, watchSchema } from "./schema/pace.ts";
import { permissionsSchema } from "./schema/permissions.ts";
import { redisSchema } from "./schema/redis.ts";
import { serviceSchema } from "./schema/service.ts";
import { collisionsIn } from "./schema/told-apart.ts";

/** The whole configuration, as a person writes it (`input`) and as the scripts read it (`output`). */
export const configurationSchema = z
  .strictObject({
    project: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, "expected lower-case letters, digits and hyphens")
      .describe(
        "The project's name: it names the lock, the images and the containers of migrations. Two projects of one host need two: maintenance removes images by it.",
      ),
    root: z
      .string()
      .optional()
      .describe(
        "The folder that every relative path starts from, and that holds backups/ and .switchover/; a relative one starts from the configuration's own folder. By default the folder above config/, or else the configuration's own; logs/ is always there.",
      ),
    platform: z.discriminatedUnion("kind", [dockerHostSchema]).describe("Where the environments live."),
    services: z
      .array(serviceSchema)
      .min(1)
      .describe("What makes up one environment. Shared services, such as the proxy, do not stand here."),
    database: databaseSchema.default({ mode: "none" }),
    redis: redisSchema.optional(),
    deadlines: deadlinesSchema.prefault({}),
    watch: watchSchema.prefault({}),
    drain: drainSchema.prefault({}),
    keepPrevious: z
      .boolean()
      .default(true)
      .describe("Keep the previous environment running after a deployment, so that a rollback is instant."),
    resources: resourcesSchema.prefault({}),
    permissions: permissionsSchema.optional(),
    uploads: uploadsSchema.optional(),
    weights: weightsSchema.optional(),
    checks: checksSchema.prefault({}),
    requiredVariables: z
      .array(z.string())
      .default([])
      .describe(
        "Variables that each environment's env files must set, beside those that its Compose files name.",
      ),
    backups: backupsSchema.prefault({}),
    containerLogs: containerLogsSchema.prefault({}),
    notify: notifySchema.optional(),
    schedule: scheduleSchema.prefault({}),
    maintenance: maintenanceSchema.prefault({}),
    domain: z.string().optional().describe("The public name of the site."),
    tls: tlsSchema.optional(),
    logging: loggingSchema.prefault({}),
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
    for (const collision of collisionsIn(configuration)) context.addIssue({ code: "custom", ...collision });
    const migrations = configuration.database.mode === "none" ? undefined : configuration.database.migrations;
    if (migrations && !names.includes(migrations.service)) {
      context.addIssue({
        code: "custom",
        path: ["database", "migrations", "service"],
        message: `expected one of ${names.join(", ")}`,
      });
    }
    if (configuration.database.mode === "shared") {
      const { service, host, name, user } = configuration.database;
      // One that is known by its migrations alone is reached by the release, which knows where it is.
      const named = [service, host, name, user].some((given) => given !== undefined);
      const isToBeReached = named || migrations === undefined;
      if (isToBeReached && service === undefined && host === undefined)
        unnamed("service, or host: where the server is");
      if (isToBeReached && name === undefined) unnamed("name");
      if (isToBeReached && user === undefined) unnamed("user");
    }
    for (const key of ["ports", "frontDoorPath"] as const) {
      if (configuration.services.some((service) => service[key] !== undefined)) continue;
      context.addIssue({
        code: "custom",
        path: ["services"],
        message: `expected at least one service with ${key}: without it nothing could prove which release answers`,
      });
    }
    const { backups, database } = configuration;
    if (backups.databases.length > 0 && (database.mode !== "shared" || database.name === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["backups", "databases"],
        message: "expected database.name too: without it no server is asked for these, and none is backed up",
      });
    }
    const { watch, drain, deadlines } = configuration;
    if (watch.duration >= deadlines.watch) tooLong("watch", "duration", "deadlines.watch");
    if (drain.timeout >= deadlines.retire) tooLong("drain", "timeout", "deadlines.retire");

    function unnamed(what: string) {
      context.addIssue({ code: "custom", path: ["database"], message: `expected ${what}` });
    }
    function tooLong(section: string, key: string, limit: string) {
      context.addIssue({ code: "custom", path: [section, key], message: `expected less than ${limit}` });
    }
  });

export type ConfigurationInput = z.input<typeof configurationSchema>;
export type ConfigurationValues = z.output<typeof configurationSchema>;
