import { runFiles } from "./files.ts";
import type { FolderName } from "./folder-names.ts";
import { runInLanes } from "./lanes.ts";
import type { Outcome } from "./outcome.ts";

/** Runs the given files of one folder: those of unit/ as one, which is quick, and others in lanes, side by side. */
export async function runFolder(
  folder: FolderName,
  files: readonly string[],
  project: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const started = performance.now();
  const room = { folder, project, signal, output: process.stderr.fd };
  const judged = folder === "unit" ? await runFiles(files, room) : await runInLanes(files, room);
  return { stage: folder, durationMs: performance.now() - started, ...judged };
}
