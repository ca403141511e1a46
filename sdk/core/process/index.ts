export { endChildren } from "./children.ts";
export { type Following, follow } from "./follow.ts";
export { type Completed, type RunOptions, run, succeed } from "./run.ts";
