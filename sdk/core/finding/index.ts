export {
  type Check,
  type CheckContext,
  type Finding,
  type FindingStatus,
  type Look,
  type RunOptions,
  runChecks,
} from "./finding.ts";
export { names } from "./names.ts";
