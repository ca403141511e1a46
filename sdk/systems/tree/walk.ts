import type { Pointer } from "bun:ffi";
import { messageOf } from "../../core/errors/index.ts";
import { SystemCallError } from "../../core/libc/index.ts";
import { emptyAttributes, lookAt } from "./attributes.ts";
import type { Entry, Walk } from "./course.ts";
import { pathOf } from "./directory.ts";
import { type ReadName, readNames } from "./entries.ts";
import { enter, type Frame, frameOf, leave } from "./frame.ts";
import { joined } from "./shown.ts";

/** Names of folders that wait to be entered; more than these are read later. */
const waitingBytes = 4 * 1024 * 1024;

/** What a name costs in memory beside its bytes, about. */
const overheadBytes = 150;

/**
 * Walks through everything below an open folder, folders after the files beside them, following no link and entering no
 * mount. It yields after each answer of the kernel, which has some thousand names, and after each folder, so that whoever drives it can stop, report or wait.
 *
 * Nobody who renames or replaces what is walked through can lead it out: every step is one name in a folder that is open,
 * and a folder that was closed meanwhile is opened again from below and must be the same one.
 */
export function* walk<Scope>(
  start: { descriptor: number; path: Uint8Array; scope: Scope },
  course: Walk<Scope>,
): Generator<void> {
  const stack: Frame<Scope>[] = [frameOf(undefined, start.path, start.descriptor, start.scope, course)];
  try {
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const mayRead = !top.readToEnd && top.keptBytes < waitingBytes;
      const next = mayRead ? undefined : top.waiting.pop();
      if (next !== undefined) enter(stack, top, next, course);
      else if (top.readToEnd) {
        leave(stack, course);
        yield;
      } else {
        if (top.waiting.length === 0) top.keptBytes = 0;
        read(top, course);
        yield;
      }
    }
  } finally {
    for (const { directory } of stack)
      if (directory.descriptor !== undefined) course.letGo(directory.descriptor);
  }
}

function read<Scope>(frame: Frame<Scope>, course: Walk<Scope>): void {
  const { directory, waiting } = frame;
  const { descriptor } = directory;
  if (descriptor === undefined) throw new Error("a closed folder cannot be read");
  const entry: Entry<Scope> = { directory, descriptor, name: noName, attributes: met };
  const each = (address: Pointer, name: ReadName) => {
    if (!course.concerns(directory.scope, name)) return;
    try {
      if (!lookAt(descriptor, address, met)) return;
    } catch (thrown) {
      return course.trouble(joined(pathOf(directory), name.bytes()), messageOf(thrown));
    }
    if (met.mountRoot === true) return course.mount(joined(pathOf(directory), name.bytes()));
    entry.name = name;
    const isDirectory = met.kind === "directory";
    const scope = course.meet(entry);
    if (!isDirectory || scope === undefined) return;
    const bytes = name.bytes();
    frame.keptBytes += bytes.length + overheadBytes;
    waiting.push({ name: bytes, scope });
  };
  try {
    frame.readToEnd = !readNames(descriptor, each);
  } catch (thrown) {
    if (!(thrown instanceof SystemCallError)) throw thrown;
    frame.readToEnd = true;
    // It was removed after it was entered: nothing is left to be walked through.
    if (thrown.code === "ENOENT") return;
    course.trouble(pathOf(directory), messageOf(thrown));
  }
}

const met = emptyAttributes();
const noName: ReadName = { bytes: () => new Uint8Array(), copyTo: () => 0 };
