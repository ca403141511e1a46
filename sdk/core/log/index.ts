export { secretsOfEnvironment } from "./environment.ts";
export type { Fields, Level } from "./line.ts";
export { createRedactor, type Redactor } from "./redactor.ts";
export { openRunLog, type RunLog, type RunLogOptions, silentRunLog } from "./run-log.ts";
