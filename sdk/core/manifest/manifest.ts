import { z } from "zod";
import { itemSchema } from "./item.ts";

/** The version of the manifest's shape. A reader refuses what is newer than itself, and retention leaves it alone. */
export const manifestFormat = 1;

/** The name of the file that makes a folder of files a backup. */
export const manifestFile = "manifest.json";

const backupKinds = ["pre-deployment", "scheduled", "manual"] as const;

/** How far a backup was proven: read back from the disk and decoded whole, or restored and compared too. */
const verifiedTiers = ["decode", "restore"] as const;

const idPattern = /^\d{8}-\d{6}-[0-9a-z]{4}$/;

/** What makes a folder of files a backup: it is written last, when everything that it speaks of is on the disk and proven. */
export const manifestSchema = z.object({
  format: z.literal(manifestFormat),
  /** The name of its folder, too. */
  id: z.string().regex(idPattern),
  project: z.string(),
  kind: z.enum(backupKinds),
  /** UTC, by the clock of the host that made it. */
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** The version of Switchover that made it. */
  tool: z.string(),
  host: z.string(),
  /** What served when it was made, where that was known. */
  release: z.string().optional(),
  environment: z.enum(["blue", "green"]).optional(),
  /** The deployment that it was made for, and the release that this was to put into service. */
  deployment: z.object({ run: z.string(), release: z.string() }).optional(),
  items: z.array(itemSchema).min(1).refine(hasFilesOfTheirOwn, "two items have one file"),
  verified: z.object({ tier: z.enum(verifiedTiers), at: z.iso.datetime() }),
  /** Retention never takes a pinned one. */
  pinned: z.boolean().default(false),
  /** Where copies of it lie, each of which was read back and compared when it was made. */
  uploaded: z.array(z.object({ where: z.string(), at: z.iso.datetime() })).default([]),
});

function hasFilesOfTheirOwn(items: readonly { file: string }[]): boolean {
  return new Set([manifestFile, ...items.map(({ file }) => file)]).size === items.length + 1;
}

export type Manifest = z.infer<typeof manifestSchema>;
export type BackupKind = (typeof backupKinds)[number];
export type VerifiedTier = (typeof verifiedTiers)[number];

/** Whether a folder's name can be a backup's. */
export function isBackupId(name: string): boolean {
  return idPattern.test(name);
}

/** A new id: the second in UTC, so that names sort as time went, and four letters, so that two are never the same. */
export function newBackupId(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return `${stamp}-${crypto.randomUUID().slice(0, 4)}`;
}
