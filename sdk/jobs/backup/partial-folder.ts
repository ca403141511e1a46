import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncDirectory } from "../../core/files/index.ts";
import { isBackupId, type Manifest, writeManifest } from "../../core/manifest/index.ts";

/** What is being made, or being removed, has this behind its name: no list sees it, and the next run clears it away. */
const ending = ".partial";

/** The folder of a backup that is being made; it is gone when it is disposed of, unless it has been published. */
export interface PartialFolder extends Disposable {
  readonly path: string;
  /**
   * Makes it a backup: the manifest is the last file, and one rename shows it all. Everything in it must be on the disk.
   *
   * @throws the file system's own error; it is then no backup.
   */
  publish(manifest: Manifest): void;
}

export function beginFolder(backups: string, id: string): PartialFolder {
  const path = join(backups, id + ending);
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  mkdirSync(path, { mode: 0o700 });
  let published = false;
  return {
    path,
    publish(manifest) {
      writeManifest(path, manifest);
      syncDirectory(path);
      renameSync(path, join(backups, id));
      published = true;
      syncDirectory(backups);
    },
    [Symbol.dispose]() {
      if (!published) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Removes a backup: it is none from the first moment, however far its files have gone when this is cut off. */
export function removeBackup(backups: string, id: string): void {
  const path = join(backups, id);
  renameSync(path, path + ending);
  syncDirectory(backups);
  rmSync(path + ending, { recursive: true, force: true });
}

/** Clears away what runs that were cut off have left; the caller holds the lock. Gives what there was. */
export function clearPartials(backups: string): string[] {
  if (!existsSync(backups)) return [];
  const left = readdirSync(backups).filter(isPartial);
  for (const name of left) rmSync(join(backups, name), { recursive: true, force: true });
  return left;
}

function isPartial(name: string): boolean {
  return name.endsWith(ending) && isBackupId(name.slice(0, -ending.length));
}
