export { nearest } from "./nearest.ts";
export { type Cell, formatTable } from "./table.ts";
