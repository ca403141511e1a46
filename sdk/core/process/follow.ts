import type { Subprocess } from "bun";
import { adopt, end, endedWithParent } from "./children.ts";
import { splitLines } from "./lines.ts";

export interface Following extends AsyncDisposable {
  /** Standard output, line by line, until the command ends or is let go. */
  lines: AsyncGenerator<string>;
  child: Subprocess;
}

/**
 * Starts a command that goes on printing (such as `docker events`) and hands out its lines.
 * It is ended when the holder disposes of it, or when this process dies.
 */
export function follow(argv: readonly string[], env: Record<string, string> = {}): Following {
  const child = Bun.spawn(endedWithParent(argv), {
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    detached: true,
  });
  adopt(child);
  return {
    lines: splitLines(child.stdout),
    child,
    [Symbol.asyncDispose]: () => end(child, 1_000),
  };
}
