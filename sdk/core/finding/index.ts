export {
  type Check,
  type CheckContext,
  type Finding,
  type FindingStatus,
  type Look,
  runChecks,
} from "./finding.ts";
