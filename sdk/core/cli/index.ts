export { Argument, Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
export type { Announcer, RunEnd } from "./announcing.ts";
export type { Colors } from "./colors.ts";
export type { GlobalFlags, Outcome, ScriptDescription } from "./description.ts";
export type { ConfirmOptions, Io } from "./io.ts";
export type { Progress, StepOutcome } from "./progress.ts";
export { runScript } from "./run-script.ts";
