export { type Put, putRight } from "./for-deployment.ts";
export { incomplete } from "./incomplete.ts";
export { renderFixed, renderUndone } from "./render.ts";
export { type Fixed, type FixOptions, fixPermissions, recordsOf } from "./run.ts";
export { type Undone, undo } from "./undo/undo.ts";
