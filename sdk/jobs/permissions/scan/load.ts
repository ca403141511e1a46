import { close, type Directory, joined, pathOf } from "../../../systems/tree/index.ts";
import { type Block, createBlock } from "../record/block.ts";
import type { Task } from "./apply.ts";

/**
 * One batch of changes: its block, and what is known of each change beside its record. Lists stand beside each other, and
 * not objects: there are as many as there are files that differ.
 */
export interface Load {
  block: Block;
  places: number[];
  directories: Directory<unknown>[];
  folders: number[];
  rules: number[];
  mayHaveLinks: number[];
  /** Folders that are kept open for the changes, and nothing else. */
  done: number[];
}

/** An empty load. */
export function createLoad(): Load {
  return {
    block: createBlock(),
    places: [],
    directories: [],
    folders: [],
    rules: [],
    mayHaveLinks: [],
    done: [],
  };
}

/** A load as the thread that makes the changes takes it. */
export function taskOf({ block, places, folders, mayHaveLinks }: Load, really: boolean): Task {
  return {
    block: block.view.buffer,
    places: Int32Array.from(places),
    folders: Int32Array.from(folders),
    mayHaveLinks: Uint8Array.from(mayHaveLinks),
    really,
  };
}

/** The path of one change. */
export function pathIn({ block, directories, places }: Load, index: number): Uint8Array {
  const directory = directories[index];
  const name = block.view.nameOf(places[index] ?? 0);
  return directory === undefined ? name : joined(pathOf(directory), name);
}

/** Lets go of everything, so that the load can be filled again. */
export function clear({ block, places, directories, folders, rules, mayHaveLinks, done }: Load): void {
  for (const descriptor of done) close(descriptor);
  for (const list of [places, directories, folders, rules, mayHaveLinks, done]) list.length = 0;
  block.clear();
}
