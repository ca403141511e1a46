import { exitCodes, Failure } from "../../core/errors/index.ts";
import type { Course } from "./course.ts";

/** Says with a failure that was put back where the traffic goes, which is what is asked first in an incident. */
export function tellingOfTraffic(failure: Failure, { from, fromRuns, serving }: Course): Failure {
  const { code, message, why, remedy, details, exitCode } = failure;
  if (!fromRuns || code === "UNDO_FAILED" || exitCode === exitCodes.doneInPart) return failure;
  const traffic = `the traffic goes to ${serving === undefined ? from : `release ${serving} in ${from}`}, as before`;
  return new Failure(code, {
    message,
    why: why === undefined ? traffic : `${why}\n${traffic}`,
    remedy,
    details,
    cause: failure,
    exitCode,
  });
}
