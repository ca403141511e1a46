import { joined } from "./shown.ts";

/** A folder on the way of a walk. */
export interface Directory<Scope> {
  readonly parent: Directory<Scope> | undefined;
  /** Its name in its parent; of the one that a walk begins with, the absolute path. */
  readonly name: Uint8Array;
  readonly device: number;
  readonly inode: number;
  readonly mount: string | undefined;
  readonly scope: Scope;
  /** Undefined while it is closed, because too many are open below it. */
  descriptor: number | undefined;
  /** Where reading goes on when it is opened again. */
  position: bigint;
}

/** Its path, from the root of the file system. */
export function pathOf(directory: Directory<unknown>): Uint8Array {
  const names: Uint8Array[] = [];
  let place: Directory<unknown> | undefined = directory;
  for (; place !== undefined; place = place.parent) names.push(place.name);
  const [first = new Uint8Array(), ...others] = names.reverse();
  // Joined at once: a path of ten thousand names must not be copied ten thousand times.
  if (others.length === 0) return first;
  const separator = Buffer.from("/");
  const rest = Buffer.concat(others.flatMap((name, index) => (index === 0 ? [name] : [separator, name])));
  return joined(first, rest);
}

/** A folder that stands for itself: above what a walk begins with. */
export function directoryAt<Scope>(path: Uint8Array, descriptor: number, scope: Scope): Directory<Scope> {
  return {
    parent: undefined,
    name: path,
    device: 0,
    inode: 0,
    mount: undefined,
    scope,
    descriptor,
    position: 0n,
  };
}
