import { isAbsolute, normalize } from "node:path";
import { z } from "zod";

const count = z.int().nonnegative();

/** A path that a restore may write to: the text of a manifest may have come from elsewhere. */
const place = z
  .string()
  .refine(
    (path) => isAbsolute(path) && normalize(path) === path,
    "expected an absolute path without . and ..",
  );

const tableSchema = z.object({ schema: z.string(), name: z.string(), rows: count });

/** What a dump does not hold, and what a restored database is compared with; all of it read in the dump's own snapshot. */
const postgresFactsSchema = z.object({
  /** `server_version_num`: 150014 is 15.14. */
  serverVersion: z.int(),
  encoding: z.string(),
  collation: z.string(),
  characterType: z.string(),
  /** "c" is the C library's, "i" is ICU, "b" is PostgreSQL's own. */
  localeProvider: z.string(),
  icuLocale: z.string().optional(),
  /** What changes ICU's order for it, since PostgreSQL 16. */
  icuRules: z.string().optional(),
  /** The one that its tables are in unless told otherwise; undefined for the server's own. */
  tablespace: z.string().optional(),
  owner: z.string(),
  connectionLimit: z.int(),
  comment: z.string().optional(),
  /** `ALTER DATABASE … SET`, and those of one role in this database: each `name=value`, as the catalogue has it. */
  settings: z.array(z.object({ role: z.string().optional(), values: z.array(z.string()) })),
  /** The database's ACL as `aclitem`s; undefined while it has the default one. */
  acl: z.array(z.string()).optional(),
  extensions: z.array(z.object({ name: z.string(), schema: z.string(), version: z.string() })),
  /** Every table that holds rows of its own, partitions among them. Materialised views are made anew by a restore. */
  tables: z.array(tableSchema),
  largeObjects: count,
  /** `pg_database_size`, bytes. */
  size: count,
});

const globalsFactsSchema = z.object({
  serverVersion: z.int(),
  /** False where the user may not read the passwords: roles then come back without one. */
  passwords: z.boolean(),
});

const sqliteFactsSchema = z.object({
  /** Where the database lay, absolute. */
  path: place,
  /** Where that led to, for one that was a symbolic link. */
  leadsTo: place.optional(),
  tables: z.array(z.object({ name: z.string(), rows: count })),
  userVersion: z.int(),
  applicationId: z.int(),
  journalMode: z.string(),
});

const treeFactsSchema = z.object({
  /** Where it lay, absolute. The archive's own names start from the folder above it. */
  path: place,
  /** Entries in the archive. */
  entries: count,
  /** What tar said of files that changed or went while they were read. */
  warnings: z.array(z.string()),
});

const common = {
  /** What it is called in the configuration and on the command line: a database's name, a folder's. */
  name: z.string().min(1),
  /** Its file in the backup's folder. */
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/),
  /** Bytes of the file. */
  bytes: count,
  /** Bytes of what comes out when it is decrypted and decompressed. */
  rawBytes: count,
  /** Of the file as it lies on the disk, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  compression: z.literal("zstd"),
  /** Undefined for a file that everybody who may read it can open. */
  encryption: z.object({ scheme: z.literal("age"), recipients: z.array(z.string()).min(1) }).optional(),
};

/** One thing that a backup holds. */
export const itemSchema = z.discriminatedUnion("type", [
  /** `pg_dump` in its custom format. */
  z.object({ type: z.literal("postgres"), ...common, facts: postgresFactsSchema }),
  /** `pg_dumpall --globals-only`: the server's roles and tablespaces, which stand in no dump. */
  z.object({ type: z.literal("globals"), ...common, facts: globalsFactsSchema }),
  /** A copy made by SQLite's own backup. */
  z.object({ type: z.literal("sqlite"), ...common, facts: sqliteFactsSchema }),
  /** A tar of a folder. */
  z.object({ type: z.literal("directory"), ...common, facts: treeFactsSchema }),
  /** A tar of one file. */
  z.object({ type: z.literal("file"), ...common, facts: treeFactsSchema }),
]);

export type Item = z.infer<typeof itemSchema>;
export type PostgresFacts = z.infer<typeof postgresFactsSchema>;
export type GlobalsFacts = z.infer<typeof globalsFactsSchema>;
export type SqliteFacts = z.infer<typeof sqliteFactsSchema>;
export type TreeFacts = z.infer<typeof treeFactsSchema>;
