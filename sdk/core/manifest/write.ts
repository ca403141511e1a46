import { join } from "node:path";
import { writeFileAtomically } from "../files/index.ts";
import { type Manifest, manifestFile, manifestSchema } from "./manifest.ts";
import { folderOf, readBackup } from "./read.ts";

/**
 * Writes a manifest into a folder, whole or not at all: under a backup's name, the folder is one from then on.
 *
 * @throws the file system's own error; a manifest that no reader would take is a ZodError before anything is written.
 */
export function writeManifest(folder: string, manifest: Manifest): void {
  const checked = manifestSchema.parse(manifest);
  writeFileAtomically(join(folder, manifestFile), `${JSON.stringify(checked, null, 2)}\n`, {
    toFolderOwner: true,
  });
}

/**
 * Changes what is known of a backup that exists: proven further, pinned, uploaded. The caller holds the project's lock.
 *
 * @throws Failure BACKUP_UNKNOWN, BACKUP_DAMAGED, or the file system's own error.
 */
export function amendManifest(
  backups: string,
  id: string,
  change: Partial<Pick<Manifest, "verified" | "pinned" | "uploaded">>,
): Manifest {
  const amended = { ...readBackup(backups, id), ...change };
  writeManifest(folderOf(backups, amended), amended);
  return amended;
}
