import { Failure, messageOf } from "../../core/errors/index.ts";
import { errnoOf } from "../../core/files/index.ts";
import { cString } from "../../core/libc/index.ts";
import {
  changeMode,
  changeOwner,
  close,
  emptyAttributes,
  hasAttribute,
  joined,
  lookAt,
  lookAtOpen,
  moveAt,
  openDirectory,
  openFileAt,
} from "../../systems/tree/index.ts";
import { openStoredRecord, type RecordEntry } from "./record/read.ts";
import type { Change } from "./record/view.ts";
import { withMaskKept } from "./scan/change-one.ts";
import { deniedAtMost, type Listed, withinRoot } from "./tally.ts";

/** What undoing a run came to. */
export interface Undone {
  run: string;
  /** How many changes its record holds. */
  recorded: number;
  restored: number;
  /** As they were before the run already. */
  already: number;
  /** Neither as the run left them nor as they were before: somebody has changed them since. */
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
        count(
          undone,
          entry.kind === "move" ? moveBack(entry, folders, dryRun) : changeBack(entry, folders, dryRun),
          path,
        );
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

type Outcome = "restored" | "already" | "left alone";

const found = emptyAttributes();

function changeBack(
  { folder, name, inode, before, after }: Extract<RecordEntry, { kind: "change" }>,
  folders: Folders,
  dryRun: boolean,
): Outcome {
  const directory = folders.open(folder);
  const ended = cString(name);
  if (!lookAt(directory, ended, found)) throw gone();
  const file = openFileAt(directory, ended, found.kind === "special");
  try {
    lookAtOpen(file.descriptor, found);
    if (found.inode !== inode) return "left alone";
    const mode = withMaskKept(file, found.mode, before.mode);
    const left = withMaskKept(file, found.mode, after.mode);
    if (found.uid === before.uid && found.gid === before.gid && found.mode === mode) return "already";
    if (!isBetween(found, { ...before, mode }, { ...after, mode: left })) return "left alone";
    const owner = found.uid !== before.uid || found.gid !== before.gid;
    if (owner && found.kind === "file" && hasAttribute(file, "capabilities")) return "left alone";
    if (!dryRun && owner) changeOwner(file, before.uid, before.gid);
    if (!dryRun && (found.mode !== mode || (owner && (mode & 0o6000) !== 0))) changeMode(file, mode);
    return "restored";
  } finally {
    close(file.descriptor);
  }
}

/** A run that was killed may have changed the owner and not yet the mode. */
function isBetween(now: Change, before: Change, after: Change): boolean {
  const either = (key: keyof Change) => now[key] === before[key] || now[key] === after[key];
  return either("uid") && either("gid") && either("mode");
}

function moveBack(
  { from, name, to, inode }: Extract<RecordEntry, { kind: "move" }>,
  folders: Folders,
  dryRun: boolean,
): Outcome {
  const [origin, target] = [folders.open(from), folders.open(to)];
  const ended = cString(name);
  if (!lookAt(target, ended, found) || found.inode !== inode) {
    return lookAt(origin, ended, found) && found.inode === inode ? "already" : "left alone";
  }
  if (dryRun) return lookAt(origin, ended, found) ? "left alone" : "restored";
  return moveAt(target, name, origin) === "moved" ? "restored" : "left alone";
}

function gone(): Error {
  return Object.assign(new Error("it is not there any more"), { code: "ENOENT" });
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

interface Folders {
  open: (path: Uint8Array) => number;
  close: () => void;
}

const keptOpen = 16;

/** Folders by their paths, the last ones kept open: entries come in the order of their folders. */
function openFolders(): Folders {
  const open = new Map<string, number>();
  return {
    open(path) {
      const key = Buffer.from(path).toString("latin1");
      const known = open.get(key);
      if (known !== undefined) return known;
      const [oldest] = open;
      if (open.size >= keptOpen && oldest !== undefined) {
        close(oldest[1]);
        open.delete(oldest[0]);
      }
      const descriptor = openDirectory(path);
      open.set(key, descriptor);
      return descriptor;
    },
    close() {
      for (const descriptor of open.values()) close(descriptor);
    },
  };
}
