import type { Io, Progress } from "../../core/cli/index.ts";
import type { Lock } from "../../core/lock/index.ts";

/** How a run from the command line tells what it does: a person, the log, and whoever waits for the lock that it holds. */
export function runReport(io: Io, progress: Progress, lock: Lock) {
  return {
    begin(step: string) {
      lock.update({ doing: step });
      progress.begin(step);
    },
    rate: (step: string, text: string) => (io.live ? progress.note(step, text) : undefined),
    say: io.say,
    warn: io.warn,
    tool: (program: string, line: string) => io.log.tool(program, line, "stderr"),
  };
}
