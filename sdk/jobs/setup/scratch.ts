import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { run } from "../../core/process/index.ts";

/** An empty directory that is gone again when its holder lets it go. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a scratch directory. It is in /var/tmp, for /tmp may be in memory, or forbid programs and devices.
 * What is mounted below it, by something that was ended half-way, is not deleted with it.
 */
export async function scratch(name: string): Promise<Scratch> {
  const dir = await mkdtemp(path.join("/var/tmp", `switchover-${name}-`));
  return {
    path: dir,
    [Symbol.asyncDispose]: async () => {
      await run(["rm", "-rf", "--one-file-system", dir], { deadlineMs: 60_000 });
    },
  };
}
