import { exitCodes, Failure } from "../errors/index.ts";

/** What a failure means once the run has been interrupted: a command that Ctrl-C ended did not fail by itself. */
export function afterInterrupt(failure: Failure): Failure {
  if (failure.code === "INTERRUPTED" || failure.exitCode !== exitCodes.failedAndPutBack) return failure;
  return new Failure("INTERRUPTED", {
    message: "interrupted, and what was changed has been put back",
    why: failure.code === "UNEXPECTED" ? undefined : failure.message,
    remedy: "run the script again",
    details: failure.details,
    cause: failure,
  });
}

/** What a second interruption leaves. */
export function stoppedAtOnce(doing: string | undefined): Failure {
  return new Failure("INTERRUPTED", {
    message: `stopped at once${at(doing)}: what was begun has not been put back`,
    why: "it was interrupted a second time",
    remedy: "run the script again, which brings things to a defined state",
    details: { putBack: false },
  });
}

/** What a run is that was interrupted, and does not end. */
export function cleanupTimedOut(doing: string | undefined, cleanupMs: number): Failure {
  return new Failure("CLEANUP_TIMED_OUT", {
    message: `things could not be put back within ${cleanupMs / 1000} s${at(doing)}`,
    why: "the run was interrupted, and has not ended since",
    remedy: "look with ./scripts/status.ts, then run the script again",
    details: { cleanupMs },
  });
}

/** What a run is that nothing keeps alive, and that has no result. */
export function noResult(doing: string | undefined): Failure {
  return new Failure("UNEXPECTED", {
    message: `the run ended without a result${at(doing)}`,
    why: "it waits for something that can no longer happen: a fault in Switchover itself",
    remedy: "look with ./scripts/status.ts, and report the log file",
  });
}

function at(doing: string | undefined): string {
  return doing === undefined ? "" : ` at ${doing}`;
}
