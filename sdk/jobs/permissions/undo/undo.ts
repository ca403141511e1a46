import { Failure, messageOf } from "../../../core/errors/index.ts";
import { errnoOf } from "../../../core/files/index.ts";
import { joined } from "../../../systems/tree/index.ts";
import type { RecordEntry } from "../record/entries.ts";
import { openStoredRecord } from "../record/read.ts";
import { deniedAtMost, type Listed, withinRoot } from "../tally.ts";
import { openFolders } from "./folders.ts";
import { type Outcome, putBackOne } from "./put-back.ts";

/** What undoing a run came to. */
export interface Undone {
  run: string;
  /** How many changes its record holds. */
  recorded: number;
  restored: number;
  /** As they were before the run already. */
  already: number;
  /**
   * Neither as the run left them nor as they were before: somebody has changed them since. And programs that would run as
   * their owner again, though another could write to them meanwhile.
   */
  leftAlone: Listed;
  gone: number;
  denied: Listed;
  failed: Listed;
}

export interface UndoOptions {
  /** Where runs are kept. */
  folder: string;
  root: string;
  dryRun: boolean;
  signal: AbortSignal;
  progress: (undone: Undone) => void;
}

/**
 * Puts back what a run changed, the last change first, where it still is as the run left it.
 *
 * @throws Failure RUN_UNKNOWN, RECORD_DAMAGED; INTERRUPTED between two batches.
 */
export async function undo(run: string, options: UndoOptions): Promise<Undone> {
  using record = openStoredRecord(options.folder, run);
  const none = (): Listed => ({ count: 0, paths: [] });
  const undone: Undone = {
    run,
    recorded: record.changes,
    restored: 0,
    already: 0,
    leftAlone: none(),
    gone: 0,
    denied: none(),
    failed: none(),
  };
  for (const entries of record.backwards()) {
    if (options.signal.aborted) throw interrupted(undone);
    putBack(entries, undone, options);
    options.progress(undone);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return undone;
}

function interrupted({ run, restored, recorded }: Undone): Failure {
  return new Failure("INTERRUPTED", {
    message: `interrupted after ${restored} of ${recorded} changes were put back`,
    remedy: `go on with ./scripts/fix-permissions.ts --undo ${run}`,
    details: { run, restored, recorded },
  });
}

function putBack(entries: readonly RecordEntry[], undone: Undone, { root, dryRun }: UndoOptions): void {
  const folders = openFolders();
  try {
    for (const entry of entries) {
      const path = () =>
        withinRoot(joined(entry.kind === "move" ? entry.from : entry.folder, entry.name), root);
      try {
        count(undone, putBackOne(entry, folders, dryRun), path);
      } catch (thrown) {
        const errno = errnoOf(thrown);
        if (errno === "ENOENT" || errno === "ELOOP" || errno === "ENOTDIR") undone.gone += 1;
        else if (errno === "EPERM" || errno === "EACCES") list(undone.denied, path());
        else list(undone.failed, `${path()} (${messageOf(thrown)})`);
      }
    }
  } finally {
    folders.close();
  }
}

function count(undone: Undone, outcome: Outcome, path: () => string): void {
  if (outcome === "restored") undone.restored += 1;
  else if (outcome === "already") undone.already += 1;
  else list(undone.leftAlone, path());
}

function list(listed: Listed, path: string): void {
  listed.count += 1;
  if (listed.paths.length < deniedAtMost) listed.paths.push(path);
}
