export { type ErrorCode, type ExitCode, exitCodes } from "./codes.ts";
export { asFailure, Failure, messageOf, type Remedied } from "./failure.ts";
