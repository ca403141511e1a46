import { messageOf } from "../../core/errors/index.ts";
import {
  close,
  type Entry,
  emptyAttributes,
  lookAtOpen,
  namesOf,
  openDirectory,
  pathOfEntry,
  removeAt,
  walk,
} from "../../systems/tree/index.ts";
import { liesIn } from "./policy/bases.ts";
import type { Policy } from "./policy/policy.ts";
import { holdsDatabase } from "./scan/database.ts";
import { deny, leave, removed, type Tally, withinRoot } from "./tally.ts";

export interface TemporaryOptions {
  policy: Policy;
  tally: Tally;
  dryRun: boolean;
  now: Date;
  /** Lets the rest of the program have its turn. */
  turn: () => Promise<void> | undefined;
  /** Folders that containers use under their own name, though they look like copies. */
  live: readonly string[];
}

const othersMayWrite = 0o002;

/**
 * Removes the files that the policy calls temporary once they are old: files with one name, of the application's own user or
 * this process's, in folders that only their owner and group may write to. What was unpacked or moved there lately is not old,
 * however long ago it was written. What is removed cannot be put back.
 */
export async function removeTemporary(options: TemporaryOptions): Promise<void> {
  for (const folder of options.policy.temporary) await clean(folder, options);
}

async function clean(
  { directory, olderThanMs }: Policy["temporary"][number],
  { policy, tally, dryRun, now, turn, live }: TemporaryOptions,
): Promise<void> {
  const path = Buffer.from(directory);
  const shown = withinRoot(path, policy.root);
  const before = (now.getTime() - olderThanMs) / 1_000;
  const start = opened(path, shown, tally);
  if (start === undefined) return;
  const isLive = (place: Uint8Array) =>
    live.some((folder) => liesIn(namesOf(place), namesOf(Buffer.from(folder))));
  if (isLive(path)) {
    close(start);
    tally.warnings.push(
      `temporary files: ${shown} is in use by a container under a copy's name, and is left`,
    );
    return;
  }
  const root = policy.root;
  const course = {
    openFolders: 32,
    concerns: () => true,
    letGo: close,
    mount: (place: Uint8Array) => leave(tally, "mount", () => place, root),
    trouble: (place: Uint8Array, why: string) => leave(tally, "failed", () => place, root, why),
    meet(entry: Entry<true>): true | undefined {
      const { kind, mode, uid, links, modified, changed } = entry.attributes;
      if (kind === "directory")
        return isClosed(mode) && !holdsDatabase(entry) && !isLive(pathOfEntry(entry)) ? true : undefined;
      const ours = uid === policy.application.uid || uid === process.geteuid?.();
      if (kind === "file" && links === 1 && ours && Math.max(modified, changed) < before)
        remove(entry, tally, dryRun, root);
      return undefined;
    },
  };
  for (const _ of walk({ descriptor: start, path, scope: true as const }, course)) await turn();
}

/** Opens a folder of temporary files, if it is one whose files nobody else can have put there. */
function opened(path: Uint8Array, shown: string, tally: Tally): number | undefined {
  try {
    const descriptor = openDirectory(path);
    const attributes = emptyAttributes();
    lookAtOpen(descriptor, attributes);
    if (isClosed(attributes.mode)) return descriptor;
    close(descriptor);
    tally.warnings.push(`temporary files: everybody may write to ${shown}, and nothing in it is removed`);
  } catch (thrown) {
    tally.warnings.push(`temporary files: ${shown} cannot be opened (${messageOf(thrown)})`);
  }
  return undefined;
}

function isClosed(mode: number): boolean {
  return (mode & othersMayWrite) === 0;
}

function remove(entry: Entry<unknown>, tally: Tally, dryRun: boolean, root: string): void {
  const path = () => pathOfEntry(entry);
  try {
    if (dryRun || removeAt(entry.descriptor, entry.name.bytes())) removed(tally, path, root);
  } catch (thrown) {
    if (/EACCES|EPERM/.test(messageOf(thrown))) deny(tally, path, root);
    else leave(tally, "failed", path, root, messageOf(thrown));
  }
}
