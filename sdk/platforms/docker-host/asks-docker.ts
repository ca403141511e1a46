export { assertUsable } from "./assert-usable.ts";
export { build } from "./build.ts";
export { diagnose } from "./diagnose.ts";
export { drain } from "./drain.ts";
export { migrate, migrationStatus } from "./migrate.ts";
export { environmentStates, observe } from "./observe.ts";
export { hasImages, remove, stop } from "./retire.ts";
export { stage } from "./stage.ts";
export { troubles } from "./troubles.ts";
