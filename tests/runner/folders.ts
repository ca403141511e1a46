import type { FolderName } from "./folder-names.ts";
import { runInLanes, runInShares } from "./lanes.ts";
import type { Outcome } from "./outcome.ts";

/** Runs the given files of one folder: those of unit/ in shares, which is quick, and others each by itself. */
export async function runFolder(
  folder: FolderName,
  files: readonly string[],
  project: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const started = performance.now();
  const room = { folder, project, signal, output: process.stderr.fd };
  const judged = folder === "unit" ? await runInShares(files, room) : await runInLanes(files, room);
  return { stage: folder, durationMs: performance.now() - started, ...judged };
}
