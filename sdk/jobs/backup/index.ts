export type { Occasion } from "./back-up.ts";
export type { BackupDesk, BackupReport } from "./desk.ts";
export { backUpForDeployment, type ForDeployment, heldBy } from "./for-deployment.ts";
export { openBackupDesk } from "./open-desk.ts";
export { type BackupPlan, planBackup } from "./plan.ts";
export { judgeRetention, type RetentionRules, type Verdict } from "./retention.ts";
export { type Afterwards, type BackedUp, backUpAndPrune, printBackup } from "./run.ts";
export type { Target } from "./targets.ts";
