export { type ClockState, clockState } from "./clock.ts";
export { type FileSystem, fileSystemOf, isReadOnly } from "./file-system.ts";
export {
  type Child,
  changesInside,
  childrenInside,
  type Inside,
  mountsInside,
  seenInside,
} from "./inside.ts";
export { type Listener, listeners, type Owner, ownerOf } from "./listeners.ts";
export { type Load, load } from "./load.ts";
export { type Memory, memory } from "./memory.ts";
export { mountsWithin } from "./mounts.ts";
export { openersOf } from "./openers.ts";
export type { Opener } from "./processes.ts";
export { usersOf } from "./users.ts";
