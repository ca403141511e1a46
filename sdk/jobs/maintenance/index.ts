export type { Kept, MaintenanceDesk } from "./desk.ts";
export { type MaintenanceOptions, maintain } from "./maintain.ts";
export type { Report } from "./run.ts";
export { tasks } from "./tasks/index.ts";
export { windowOf } from "./window-of.ts";
