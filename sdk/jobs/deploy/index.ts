export type { Carried } from "./carry-out.ts";
export type { Course, Unfinished } from "./course.ts";
export { abort, deploy, planOnly, resume } from "./deploy.ts";
export {
  type BackupMade,
  type DeploymentBackups,
  type DeploymentChecks,
  type DeploymentOptions,
  type DeploymentPermissions,
  type Desk,
  type Reporter,
  type Store,
  storeOf,
} from "./desk.ts";
export {
  badReleases,
  type HistoryRecord,
  lastServedFrom,
  type RollbackTarget,
  readHistory,
  releasesInService,
  rollbackTarget,
} from "./history.ts";
export { hideSecrets, openDesk } from "./open-desk.ts";
export type { Plan } from "./plan.ts";
export { judge, type Proof } from "./proof.ts";
export { assertReleaseId } from "./release-id.ts";
export type { Releases } from "./releases.ts";
export { planRollback, quickRollback, type RolledBack } from "./rollback.ts";
export type { Settled } from "./settle/end.ts";
export { unfinishedRun } from "./settle/settle.ts";
export { type Kept, releasesToKeep } from "./to-keep.ts";
export { canBeStarted, type WayBack, wayBack } from "./way-back/way-back.ts";
