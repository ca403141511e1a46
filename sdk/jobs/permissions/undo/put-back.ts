import { cString } from "../../../core/libc/index.ts";
import {
  changeMode,
  changeOwner,
  close,
  emptyAttributes,
  hasAttribute,
  lookAt,
  lookAtOpen,
  moveAt,
  openFileAt,
} from "../../../systems/tree/index.ts";
import type { RecordEntry } from "../record/entries.ts";
import type { Change } from "../record/view.ts";
import { withMaskKept } from "../scan/change-one.ts";
import type { Folders } from "./folders.ts";

/** Puts back one change, if the file still is as the run left it. @throws SystemCallError when it is gone or may not be changed */
export function putBackOne(entry: RecordEntry, folders: Folders, dryRun: boolean): Outcome {
  return entry.kind === "move" ? moveBack(entry, folders, dryRun) : changeBack(entry, folders, dryRun);
}

export type Outcome = "restored" | "already" | "left alone";

const setIdBits = 0o6000;
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
    // Whoever has owned it since may have written something else into it.
    if (owner && found.kind === "file" && (before.mode & setIdBits) !== 0) return "left alone";
    if (owner && found.kind === "file" && hasAttribute(file, "capabilities")) return "left alone";
    if (!dryRun && owner) changeOwner(file, before.uid, before.gid);
    if (!dryRun && (found.mode !== mode || (owner && (mode & setIdBits) !== 0))) changeMode(file, mode);
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
