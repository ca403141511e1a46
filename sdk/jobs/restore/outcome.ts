import type { Io, Outcome } from "../../core/cli/index.ts";
import { exitCodes } from "../../core/errors/index.ts";
import type { Placed } from "./restored.ts";
import type { SwappedBack } from "./swap-back.ts";
import { swapBackCommand } from "./swap-back-command.ts";

type Printer = Pick<Io, "print" | "warn">;

/** What a restore came to. What could not be set again is for a person to see to: the exit code says so. */
export function restoreOutcome(backup: string, placed: readonly Placed[]): Outcome {
  const refused = placed.flatMap((one) => one.refused.map(notSetAgain));
  return {
    ...(refused.length > 0 ? { exitCode: exitCodes.doneInPart, remarks: refused } : {}),
    result: { backup, placed },
    print(io) {
      for (const one of placed) printPlaced(one, io);
    },
  };
}

function printPlaced({ type, at, kept, pauseMs, remarks, refused }: Placed, io: Printer): void {
  const old = kept === undefined ? "" : `; what stood there is ${kept}`;
  io.print(`${type} ${at} is restored${pauseOf(pauseMs)}${old}`);
  if (kept !== undefined) io.print(`  take it back: ${swapBackCommand(at)}`);
  for (const remark of remarks) io.warn(remark);
  for (const setting of refused) io.warn(notSetAgain(setting));
}

function notSetAgain(setting: string): string {
  return `not set again: ${setting}`;
}

/** What a swap back came to. */
export function swapBackOutcome(done: SwappedBack): Outcome {
  const { type, at, kept, pauseMs } = done;
  const old = kept === undefined ? "" : `; what stood there until now is ${kept}`;
  return {
    result: done,
    print: ({ print }) => print(`${type} ${at} is what it was before${pauseOf(pauseMs)}${old}`),
  };
}

function pauseOf(pauseMs: number | undefined): string {
  return pauseMs === undefined ? "" : `, after a pause of ${Math.round(pauseMs)} ms`;
}
