export { type ErrorCode, type ExitCode, errorCodes, exitCodes } from "./codes.ts";
export { asFailure, Failure, messageOf, type Remedied } from "./failure.ts";
