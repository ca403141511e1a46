import { z } from "zod";
import { duration } from "../units.ts";

const mode = (what: string) =>
  z
    .string()
    .regex(/^[0-7]{3,4}$/, 'expected a mode in octal digits, such as "0644"')
    .optional()
    .describe(what);

/** The kernel takes the number after it for "as it is". */
const highestId = 0xffff_fffe;

const owner = (what: string, operator: string) =>
  z
    .union([z.int().nonnegative().max(highestId), z.enum(["application", "operator"])])
    .optional()
    .describe(
      `${what}: a number, "application" (${operator}) or "operator" (who owns the project's folder).`,
    );

/** What a rule changes only when it says so. */
const hazards = ["hard-links", "setuid", "special-files"] as const;

const ruleSchema = z
  .strictObject({
    name: z.string().min(1).describe("What the rule is called in plans and reports."),
    paths: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        "Files, and folders with everything in them. `*` and `?` stand for parts of one name, `**` for any folders.",
      ),
    except: z
      .array(z.string().min(1))
      .default([])
      .describe("What is left as it is, with everything in it; `**/` at the beginning reaches any depth."),
    owner: owner("The user", "uid"),
    group: owner("The group", "gid"),
    directories: mode("The mode of folders; it is left as it is without one."),
    files: mode("The mode of files; it is left as it is without one."),
    also: z
      .array(z.enum(hazards))
      .default([])
      .describe(
        "What is otherwise reported and left: files with several names, programs that run as their owner, and pipes, sockets and devices.",
      ),
  })
  .describe("One rule. Where several fit a file, the last one counts.");

const temporarySchema = z
  .strictObject({
    directory: z
      .string()
      .min(1)
      .describe("A folder of the application's own, which no other user may write to."),
    olderThan: duration().describe(
      "Files that were last written, moved or given to another owner before this time are removed.",
    ),
  })
  .describe("Temporary files that may be removed.");

/** Who owns the files that the containers write, and which modes they have. */
export const permissionsSchema = z
  .strictObject({
    uid: z
      .int()
      .nonnegative()
      .max(highestId)
      .default(1001)
      .describe('The number of the user that containers write as: "application" in rules.'),
    gid: z.int().nonnegative().max(highestId).default(1001).describe("The number of its group."),
    userOf: z
      .string()
      .optional()
      .describe("A service whose image says which user writes; `uid` and `gid` are then not used."),
    rules: z
      .array(ruleSchema)
      .default([])
      .describe("Rules beside those that follow from the other sections; they win over them."),
    temporary: z.array(temporarySchema).default([]).describe("Folders of temporary files."),
  })
  .describe(
    "Owners and modes of files, kept by `fix-permissions` and by each deployment. Uploads, weights, certificates, env files, the proxy's configuration, backups and logs are known from their own sections.",
  );
