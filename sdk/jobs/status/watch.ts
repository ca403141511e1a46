import type { Colors } from "../../core/cli/index.ts";
import { render } from "./render.ts";
import type { Status } from "./status.ts";

export interface Watching {
  look: () => Promise<Status>;
  /** Milliseconds from the end of one look to the beginning of the next. */
  intervalMs: number;
  /** Ends the watching. */
  signal: AbortSignal;
  colors: Colors;
  /** Given a block of lines after each look; `changed` is false when only times went on. False when its reader has gone away. */
  show: (lines: readonly string[], changed: boolean) => boolean;
}

/** Looks again and again, one look at a time, until the signal fires or nobody reads on; gives the last status, when there was one. */
export async function watch({
  look,
  intervalMs,
  signal,
  colors,
  show,
}: Watching): Promise<Status | undefined> {
  const ended = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  let last: Status | undefined;
  while (!signal.aborted) {
    const status = await Promise.race([ended, look()]);
    if (status === undefined) break;
    const isChanged = last === undefined || !Bun.deepEquals(status, last);
    last = status;
    if (!show(render(status, colors, new Date()), isChanged)) break;
    await Promise.race([ended, Bun.sleep(intervalMs)]);
  }
  return last;
}
