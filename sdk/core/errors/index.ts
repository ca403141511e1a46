export { type ErrorCode, errorCodes, type ExitCode, exitCodes } from "./codes.ts";
export { asFailure, Failure, messageOf, type Remedied } from "./failure.ts";
