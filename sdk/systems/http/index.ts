export { type Answer, ask, type Question } from "./ask.ts";
export { type Exchange, type Exchanged, exchange } from "./exchange.ts";
export type { Fault, FaultKind } from "./fault.ts";
