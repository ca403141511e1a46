import type { Io } from "../../core/cli/index.ts";
import type { Check, Finding } from "../../core/finding/index.ts";
import { marks } from "./shown.ts";

export interface LiveList extends Disposable {
  done(finding: Finding): void;
}

const refreshMs = 200;
const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/**
 * Shows on a terminal which checks still look, and what the others saw, the newest first: what does not fit is cut at
 * the end. Nothing of it stays.
 *
 * @param clock milliseconds since the epoch
 */
export function liveList(
  io: Pick<Io, "live" | "status">,
  checks: readonly Check[],
  clock: () => number = Date.now,
): LiveList {
  const since = clock();
  const looking = new Map(checks.map(({ id, title }) => [id, title]));
  const seen: string[] = [];
  const draw = () => {
    const elapsed = clock() - since;
    const frame = frames[Math.floor(elapsed / refreshMs) % frames.length] ?? "";
    const waiting = [...looking.values()].map(
      (title) => `${frame} ${title}  ${Math.floor(elapsed / 1_000)} s`,
    );
    io.status([`${seen.length} of ${checks.length} checks have looked`, ...waiting, ...seen].join("\n"));
  };
  const ticker = io.live ? setInterval(draw, refreshMs).unref() : undefined;
  if (io.live) draw();
  return {
    done({ id, title, status, summary }) {
      looking.delete(id);
      seen.unshift(`${marks[status]} ${title}  ${summary.replaceAll(/\s+/g, " ")}`);
      if (io.live) draw();
    },
    [Symbol.dispose]() {
      clearInterval(ticker);
      io.status(undefined);
    },
  };
}
