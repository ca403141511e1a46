export type { Check, CheckContext, Finding, FindingStatus, Look } from "./finding.ts";
export { names } from "./names.ts";
export { type RunOptions, runChecks } from "./run-checks.ts";
