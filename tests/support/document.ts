import type { ResultDocument } from "../../sdk/core/cli/report.ts";
import type { ScriptRun } from "./script.ts";

/** The document that `--json` printed, and that alone stands on standard output: one line of JSON. */
export function documentOf({ stdout, stderr }: Pick<ScriptRun, "stdout" | "stderr">): ResultDocument {
  const lines = stdout.split("\n").filter((line) => line !== "");
  const [line] = lines;
  if (line === undefined || lines.length !== 1)
    throw new Error(`not one document, but:\n${stdout}\nand on stderr:\n${stderr}`);
  return JSON.parse(line);
}

/** The error in it; a run that went well has none, and fails the test. */
export function errorOf(run: Pick<ScriptRun, "stdout" | "stderr">): NonNullable<ResultDocument["error"]> {
  const { error } = documentOf(run);
  if (error === undefined) throw new Error(`the run went well:\n${run.stderr}`);
  return error;
}
