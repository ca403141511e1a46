import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderOf, type Manifest, newBackupId, writeManifest } from "../../sdk/core/manifest/index.ts";
import { manifestWith } from "./manifests.ts";

/** A folder of backups whose files hold random bytes; it goes with the test. */
export interface BackupFolder extends Disposable {
  path: string;
  /** A new backup with a file of each size. */
  add(sizes: readonly number[], change?: Partial<Manifest>): Manifest;
}

export function newBackupFolder(): BackupFolder {
  const path = mkdtempSync(join(tmpdir(), "switchover-backups-"));
  return {
    path,
    add(sizes, change = {}) {
      const id = change.id ?? newBackupId(new Date(change.startedAt ?? Date.now()));
      mkdirSync(folderOf(path, { id }), { mode: 0o700 });
      const items = sizes.map((bytes, index) =>
        writeItem(folderOf(path, { id }), `part-${index}.zst`, bytes),
      );
      const manifest = manifestWith({ ...change, id, items });
      writeManifest(folderOf(path, { id }), manifest);
      return manifest;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

function writeItem(folder: string, file: string, bytes: number): Manifest["items"][number] {
  const content = randomBytes(bytes);
  writeFileSync(join(folder, file), content, { mode: 0o600 });
  return {
    type: "globals",
    name: file,
    file,
    bytes,
    rawBytes: bytes,
    sha256: createHash("sha256").update(content).digest("hex"),
    compression: "zstd",
    facts: { serverVersion: 150014, passwords: true },
  };
}
