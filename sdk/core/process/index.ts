export { asTyped } from "./as-typed.ts";
export { endChildren } from "./children.ts";
export { interrupted, late } from "./failures.ts";
export { type Following, follow } from "./follow.ts";
export { endMarked } from "./marked.ts";
export { openPipe } from "./pipe.ts";
export {
  type Exit,
  type Feed,
  type Pipeline,
  type PipelineOptions,
  type Stage,
  startPipeline,
} from "./pipeline.ts";
export { type Completed, type RunOptions, run, succeed } from "./run.ts";
export { createShare, type Share } from "./share.ts";
