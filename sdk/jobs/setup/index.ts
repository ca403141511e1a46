export { baseImage } from "./base-image.ts";
export { bunImage, bunVersion } from "./bun-image.ts";
export type { SetUpItem } from "./install-all.ts";
export { planLines, setUpLine } from "./lines.ts";
export type { Installing, Purpose, Requirement, Say } from "./requirement.ts";
export { schedulerImage } from "./scheduler-image.ts";
export { type PlannedItem, planSetUp, type SetUp, setUp } from "./set-up.ts";
