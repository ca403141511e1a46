export { counted } from "./counted.ts";
export { nearest } from "./nearest.ts";
export { seconds } from "./seconds.ts";
export { type Cell, formatTable } from "./table.ts";
