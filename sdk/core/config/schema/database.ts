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
  lockTimeout: duration()
    .default(5_000)
    .describe("How long a migration may wait for a lock that the running release holds."),
});

/** Which database the environments use. */
export const databaseSchema = z
  .discriminatedUnion("mode", [
    z.strictObject({ mode: z.literal("none") }),
    z.strictObject({
      mode: z.literal("shared").describe("Both environments use one database."),
      migrations: migrationsSchema.optional(),
    }),
    z.strictObject({
      mode: z.literal("per-environment").describe("Each environment has its own server; not available yet."),
      blue: z.strictObject({ service: z.string() }),
      green: z.strictObject({ service: z.string() }),
      migrations: migrationsSchema.optional(),
    }),
  ])
  .describe("The database that the environments use.");
