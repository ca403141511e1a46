import { type ErrorCode, Failure } from "../errors/index.ts";
import { writeTrouble } from "./write-trouble.ts";

/**
 * A failure that says what the file system refused, and what a person can do about it.
 *
 * @param code where the file system is not full; there it is NO_SPACE
 * @param path what could not be written
 */
export function writeFailure(code: ErrorCode, message: string, path: string, thrown: unknown): Failure {
  const { errno, why, remedy, details } = writeTrouble(path, thrown);
  const isFull = errno === "ENOSPC" || errno === "EDQUOT";
  return new Failure(isFull ? "NO_SPACE" : code, { message, why, remedy, details, cause: thrown });
}
