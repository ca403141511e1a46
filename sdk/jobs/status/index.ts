export { readStatus, type StatusOptions } from "./read-status.ts";
export { render } from "./render.ts";
export type { Status } from "./status.ts";
export { watchOn } from "./watch-on.ts";
