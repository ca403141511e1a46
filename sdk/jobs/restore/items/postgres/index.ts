export { discardDatabase, stagingFolder } from "./fill.ts";
export { keptMarker } from "./place.ts";
export { restoreDatabase } from "./restore-database.ts";
