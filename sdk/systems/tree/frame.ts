import { messageOf } from "../../core/errors/index.ts";
import { errnoOf } from "../../core/files/index.ts";
import { emptyAttributes, lookAtOpen } from "./attributes.ts";
import type { Walk } from "./course.ts";
import { type Directory, pathOf } from "./directory.ts";
import { readingPosition, setReadingPosition } from "./entries.ts";
import { close, mountOf, openDirectoryAt } from "./open.ts";
import { joined } from "./shown.ts";

/** A folder on the way down, and what of it is still to be done. */
export interface Frame<Scope> {
  directory: Directory<Scope>;
  waiting: { name: Uint8Array; scope: Scope }[];
  /** What the names that wait take up, about. */
  keptBytes: number;
  readToEnd: boolean;
}

export function frameOf<Scope>(
  parent: Directory<Scope> | undefined,
  name: Uint8Array,
  descriptor: number,
  scope: Scope,
  { byMountNumber = false }: Walk<Scope>,
): Frame<Scope> {
  lookAtOpen(descriptor, opened);
  const { device, inode, mountRoot } = opened;
  const mount = byMountNumber || mountRoot === undefined ? mountOf(descriptor) : undefined;
  return {
    directory: { parent, name, device, inode, mount, scope, descriptor, position: 0n },
    waiting: [],
    keptBytes: 0,
    readToEnd: false,
  };
}

const opened = emptyAttributes();

/** Enters a folder that waits in another, unless something is mounted there. */
export function enter<Scope>(
  stack: Frame<Scope>[],
  { directory }: Frame<Scope>,
  { name, scope }: { name: Uint8Array; scope: Scope },
  course: Walk<Scope>,
): void {
  if (directory.descriptor === undefined) throw new Error("a closed folder cannot be entered");
  let descriptor: number;
  try {
    descriptor = openDirectoryAt(directory.descriptor, name);
  } catch (thrown) {
    if (errnoOf(thrown) !== "ENOENT") course.trouble(joined(pathOf(directory), name), messageOf(thrown));
    return;
  }
  const frame = frameOf(directory, name, descriptor, scope, course);
  const mountedHere = opened.mountRoot === true;
  if (
    mountedHere ||
    frame.directory.device !== directory.device ||
    frame.directory.mount !== directory.mount
  ) {
    course.letGo(descriptor);
    course.mount(joined(pathOf(directory), name));
    return;
  }
  stack.push(frame);
  closeFarAbove(stack, course);
}

/** The highest folder that is still open, but for the first, is closed when the way down from it has become too long. */
function closeFarAbove<Scope>(stack: readonly Frame<Scope>[], course: Walk<Scope>): void {
  const index = stack.length - 1 - course.openFolders;
  const far = index < 1 ? undefined : stack[index]?.directory;
  if (far?.descriptor === undefined) return;
  far.position = readingPosition(far.descriptor);
  course.letGo(far.descriptor);
  far.descriptor = undefined;
}

/** Goes up by one. A folder above that was closed is opened again, or left as it is where it cannot be found again. */
export function leave<Scope>(stack: Frame<Scope>[], course: Walk<Scope>): void {
  const left = stack.pop()?.directory;
  const above = stack.at(-1);
  if (above !== undefined && above.directory.descriptor === undefined) {
    const descriptor = fromBelow(left?.descriptor, above.directory) ?? fromTheTop(stack);
    if (descriptor === undefined) {
      course.trouble(pathOf(above.directory), "it was moved while it was walked through");
      above.waiting = [];
      above.readToEnd = true;
    } else {
      setReadingPosition(descriptor, above.directory.position);
      above.directory.descriptor = descriptor;
    }
  }
  if (left?.descriptor !== undefined) course.letGo(left.descriptor);
}

function fromBelow(below: number | undefined, directory: Directory<unknown>): number | undefined {
  return below === undefined ? undefined : openSame(below, Buffer.from(".."), directory);
}

/** Opens the last folder of the stack by way of all those above it, each of which must be the one that it was. */
function fromTheTop(stack: readonly Frame<unknown>[]): number | undefined {
  const [first, ...way] = stack.map(({ directory }) => directory);
  let descriptor = first?.descriptor;
  for (const directory of way) {
    if (descriptor === undefined) return undefined;
    const next: number | undefined = openSame(descriptor, directory.name, directory);
    if (descriptor !== first?.descriptor) close(descriptor);
    descriptor = next;
  }
  return descriptor;
}

/** Opens a name in an open folder if it is still this very folder. */
function openSame(at: number, name: Uint8Array, { device, inode }: Directory<unknown>): number | undefined {
  let descriptor: number;
  try {
    descriptor = openDirectoryAt(at, name);
  } catch {
    return undefined;
  }
  lookAtOpen(descriptor, opened);
  if (opened.device === device && opened.inode === inode) return descriptor;
  close(descriptor);
  return undefined;
}
