import type { Attributes } from "./attributes.ts";
import { type Directory, pathOf } from "./directory.ts";
import type { ReadName } from "./entries.ts";
import { joined } from "./shown.ts";

/** One name that a walk meets. The object is filled again for the next one: what is to be kept is copied out of it. */
export interface Entry<Scope> {
  directory: Directory<Scope>;
  /** The open folder that the name stands in. */
  descriptor: number;
  name: ReadName;
  attributes: Attributes;
}

export function pathOfEntry({ directory, name }: Entry<unknown>): Uint8Array {
  return joined(pathOf(directory), name.bytes());
}

export interface Walk<Scope> {
  /** Whether a name matters at all; one that does not is not even looked at. */
  concerns(scope: Scope, name: ReadName): boolean;
  /** Told of each name; gives the scope of a folder that is to be entered. */
  meet(entry: Entry<Scope>): Scope | undefined;
  /** Told of what could not be read, and of folders that were changed under the walk and are therefore left. */
  trouble(path: Uint8Array, why: string): void;
  /** Told of a folder in which another file system, or another part of this one, begins. It is not entered. */
  mount(path: Uint8Array): void;
  /** Takes a folder's descriptor when the walk is done with it; it closes it, now or later. */
  letGo(descriptor: number): void;
  /** How many folders may be open on one way down. */
  openFolders: number;
  /** Tells mounts apart as kernels before 5.8 need it. */
  byMountNumber?: boolean;
}
