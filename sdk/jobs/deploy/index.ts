export type { Carried } from "./carry-out.ts";
export { abort, deploy, planOnly, resume } from "./deploy.ts";
export type { DeploymentChecks, DeploymentOptions, Reporter } from "./deployment.ts";
export { type Desk, type Store, storeOf } from "./desk.ts";
export { badReleases, type HistoryRecord, readHistory, rollbackTarget } from "./history.ts";
export type { Plan } from "./plan.ts";
export type { Releases } from "./releases.ts";
export { quickRollback, type RolledBack } from "./rollback.ts";
export { type Settled, unfinishedRun } from "./settle.ts";
