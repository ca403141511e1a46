export { acquireLock, type Lock } from "./acquire.ts";
export type { LockHolder } from "./holder.ts";
export { readLockHolder } from "./read.ts";
