export type { GlobalsFacts, Item, PostgresFacts, SqliteFacts, TreeFacts } from "./item.ts";
export {
  type BackupKind,
  isBackupId,
  type Manifest,
  manifestFile,
  manifestFormat,
  newBackupId,
  type VerifiedTier,
} from "./manifest.ts";
export { beginPartial, clearPartials, holdPartial, type PartialFolder, removeBackup } from "./partial.ts";
export {
  type Backups,
  folderOf,
  listBackups,
  ownBackups,
  parseManifest,
  readBackup,
  type Unreadable,
} from "./read.ts";
export { amendManifest, writeManifest } from "./write.ts";
