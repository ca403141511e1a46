export { type Answer, ask, type Question } from "./ask.ts";
export { type Exchange, type Exchanged, exchange } from "./exchange.ts";
export type { Fault, FaultKind } from "./fault.ts";
export { type OpenSocket, openSocket, type SocketQuestion } from "./web-socket.ts";
