export { Argument, Command, InvalidArgumentError, Option } from "#commander";
export type { Announcer, RunEnd } from "./announcing.ts";
export { failOnOption, formatOption, onlyOption, skipOption } from "./check-options.ts";
export type { Colors } from "./colors.ts";
export type { GlobalFlags, Outcome, ScriptDescription } from "./description.ts";
export { watchOption } from "./interval.ts";
export type { ConfirmOptions, Io } from "./io.ts";
export type { Progress, StepOutcome } from "./progress.ts";
export { runScript } from "./run-script.ts";
