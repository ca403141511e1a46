import { z } from "zod";
import { duration } from "../units.ts";

const migrationsSchema = z.strictObject({
  service: z.string().describe("The service whose image holds the migrations."),
  command: z
    .array(z.string())
    .min(1)
    .describe("What applies the migrations that are pending, as an argument list."),
  statusCommand: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "What prints a JSON array of { id, applied, breaksPrevious } for every migration: it tells which rollbacks are safe.",
    ),
  files: z
    .string()
    .optional()
    .describe(
      "The folder with the migrations as SQL, `<id>.sql` or `<id>/migration.sql`: what is pending is read for what destroys data.",
    ),
  table: z
    .string()
    .default("schema_migrations")
    .describe("The table in which the database keeps the migrations that were applied."),
  column: z.string().default("id").describe("The column of that table with a migration's id."),
  lockTimeout: duration()
    .default(5_000)
    .describe("How long a migration may wait for a lock that the running release holds."),
});

const databaseName = z.string().describe("The database's name on its server.");

/** How backups and checks reach the database; the password itself stands in an env file. */
const accessKeys = {
  user: z.string().optional().describe("The user that the application connects as."),
  passwordVariable: z
    .string()
    .default("DB_PASSWORD")
    .describe("The variable of the env files that holds the user's password."),
} as const;

const ownServerSchema = z.strictObject({
  service: z.string().describe("The Compose service of this environment's database server."),
  name: databaseName.optional(),
});

/** Which database the environments use. */
export const databaseSchema = z
  .discriminatedUnion("mode", [
    z.strictObject({ mode: z.literal("none").describe("The environments have no database.") }),
    z.strictObject({
      mode: z.literal("shared").describe("Both environments use one database."),
      service: z
        .string()
        .optional()
        .describe("The database server's service in the shared Compose project, where it is one."),
      host: z
        .string()
        .optional()
        .describe("The database server's address otherwise: on this host, or managed elsewhere."),
      port: z.int().min(1).max(65535).default(5432).describe("The database server's port."),
      tls: z
        .strictObject({
          caFile: z
            .string()
            .optional()
            .describe("The certificate authority's file, as PEM, where the machine does not know it."),
        })
        .optional()
        .describe(
          "Ask for TLS on an address of this machine or a private network; any other one always has it.",
        ),
      name: databaseName.optional(),
      ...accessKeys,
      migrations: migrationsSchema.optional().describe("How migrations are applied; none are without it."),
    }),
    z.strictObject({
      mode: z.literal("per-environment").describe("Each environment has its own server; not available yet."),
      blue: ownServerSchema.describe("Blue's server."),
      green: ownServerSchema.describe("Green's server."),
      ...accessKeys,
      migrations: migrationsSchema.optional().describe("How migrations are applied; none are without it."),
    }),
  ])
  .superRefine((database, context) => {
    if (database.mode !== "shared" || database.service === undefined || database.host === undefined) return;
    context.addIssue({
      code: "custom",
      path: ["host"],
      message: "expected one of service and host, not both",
    });
  })
  .describe("The database that the environments use.");
