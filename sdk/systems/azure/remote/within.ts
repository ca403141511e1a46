import { shownDuration } from "../../../core/config/index.ts";
import { Failure } from "../../../core/errors/index.ts";

/**
 * Does something that must not take longer than `deadlineMs`.
 *
 * @throws Failure DEADLINE_EXCEEDED, and whatever `work` throws
 */
export async function within<T>(
  deadlineMs: number,
  signal: AbortSignal,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(late(what, deadlineMs)), deadlineMs);
  try {
    return await work(AbortSignal.any([signal, deadline.signal]));
  } finally {
    clearTimeout(timer);
  }
}

function late(what: string, deadlineMs: number): Failure {
  return new Failure("DEADLINE_EXCEEDED", {
    message: `${what} was ended at its deadline of ${shownDuration(deadlineMs)}`,
    remedy:
      "run it again, which goes on from what has arrived, or give it more time at backups.remote.deadline",
    details: { deadlineMs },
  });
}
