export { openRepl } from "./repl.ts";
export { loadRooms } from "./rooms.ts";
export { $ } from "./shell.ts";
