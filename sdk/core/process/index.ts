export { endChildren } from "./children.ts";
export { follow, type Following } from "./follow.ts";
export { type Completed, run, type RunOptions, succeed } from "./run.ts";
