export { errnoOf } from "./errno.ts";
export { exchangePaths } from "./exchange.ts";
export { forgetCached } from "./forget-cached.ts";
export { mountPointOf } from "./mount-point.ts";
export { removeFileDurably } from "./remove.ts";
export { syncDirectory } from "./sync.ts";
export { type WriteOptions, writeFileAtomically } from "./write.ts";
export { writeFully } from "./write-fully.ts";
export { type WriteTrouble, writeTrouble } from "./write-trouble.ts";
