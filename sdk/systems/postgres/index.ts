export { type Access, isPrivate, type Tls } from "./access.ts";
export { type ConnectOptions, connect, identifier, literal, type Session } from "./connection.ts";
export { dumpStage, globalsEnd, globalsStage, readDumpStage } from "./dump.ts";
export { isSuperuser, readFacts, serverVersion } from "./facts.ts";
export { endLeftTools } from "./leftovers.ts";
export { accessTo, type Server } from "./server.ts";
export { holdSnapshot, type Snapshot } from "./snapshot.ts";
