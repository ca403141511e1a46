import { z } from "zod";
import { longestTimerMs, parseDuration } from "../units.ts";

const deadline = z
  .string()
  .refine(
    (text) => (parseDuration(text) ?? Number.POSITIVE_INFINITY) <= longestTimerMs,
    'expected a time with its unit, such as "30s", of 24 days at most',
  )
  .meta({ unit: "time" })
  .optional();

const options = z.record(z.string(), z.unknown()).default({});

const addedSchema = z.strictObject({
  check: z.string().describe("The check's id; docs/checks.md has them all."),
  of: z
    .string()
    .min(1)
    .optional()
    .describe("What this look is about: it stands behind the id, as in `http-endpoint:login`."),
  options: options.describe(
    "What the check is told. `{environment}`, `{project}`, `{root}`, `{frontDoor}` and `{direct.SERVICE}` (the address of a service past the proxy) stand for their values; after a deployment `{release}` does, too.",
  ),
  deadline: deadline.describe("How long the look may take; the check's own deadline without it."),
});

const tuningSchema = z.strictObject({
  options: options.describe("The options to change; the others stay as they are."),
  deadline: deadline.describe("How long the look may take."),
});

/** What a project looks at otherwise than the scripts would by themselves. */
export const checksSchema = z
  .strictObject({
    leaveOut: z
      .array(z.string())
      .default([])
      .describe("Checks that are not made: by id, all looks of it, or one, as in `ports-free:front door`."),
    tune: z
      .record(z.string(), tuningSchema)
      .default({})
      .describe("Checks that are made otherwise, by the same names."),
    before: z.array(addedSchema).default([]).describe("More checks before a deployment."),
    after: z
      .array(addedSchema)
      .default([])
      .describe("More checks after it, on the new environment addressed directly."),
    frontDoor: z
      .array(addedSchema)
      .default([])
      .describe("More checks through the front door, once the environment serves."),
  })
  .describe("The checks around a deployment, where they are not right as they are.");

export type ChecksValues = z.output<typeof checksSchema>;
export type AddedCheck = z.output<typeof addedSchema>;
