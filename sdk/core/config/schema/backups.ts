import { z } from "zod";
import { duration } from "../units.ts";
import { ageRecipient } from "./age-recipient.ts";
import { remoteSchema } from "./backups-remote.ts";

const paths = (what: string) => z.array(z.string()).default([]).describe(what);

/** What is backed up beside what the configuration names elsewhere, where it goes, and how long it stays. */
export const backupsSchema = z
  .strictObject({
    directory: z.string().default("backups").describe("The folder that backups are written to."),
    keepDays: z.int().positive().default(30).describe("Days after which a backup may go."),
    keepCount: z
      .int()
      .positive()
      .default(10)
      .describe("How many of the newest backups stay: of each kind, and of each set of what they hold."),
    keepReplacedDays: z
      .int()
      .positive()
      .default(30)
      .describe("Days after which maintenance may remove what a restore replaced; the newest of each stays."),
    keepReplacedCount: z
      .int()
      .positive()
      .default(3)
      .describe("How many of the newest stay of what restores replaced, of each database, folder and file."),
    databases: z
      .array(z.string().min(1))
      .default([])
      .describe("More databases of the same server, beside database.name."),
    sqlite: paths("Files of SQLite databases; they may be in use."),
    directories: paths("More folders, beside uploads."),
    files: paths("More files, beside platform.proxy.configFiles."),
    encryptTo: z
      .array(ageRecipient())
      .default([])
      .describe(
        "Recipients of age (age1…) that backups are encrypted to. This host then cannot open them: keep the identity elsewhere.",
      ),
    remote: remoteSchema.optional(),
    lockWait: duration()
      .default(30_000)
      .describe("How long a dump may wait for a table that something else has locked."),
    verify: z
      .enum(["decode", "restore"])
      .default("decode")
      .describe(
        "How far a backup that is made by hand or on a schedule is proven: read back and decoded, or restored into a scratch database and compared too. The one before a deployment is always decoded.",
      ),
  })
  .describe(
    "What is backed up, where it goes and how long it stays. Redis is not among it: its folder can be one of backups.directories.",
  );
