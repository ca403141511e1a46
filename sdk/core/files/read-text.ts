import { readFileSync, statSync } from "node:fs";

/**
 * The text of a file.
 *
 * @throws the system's own error; an Error for a pipe, which nobody may ever write to: to open it would stop everything,
 *   and no signal or deadline would be heard.
 */
export function readText(path: string): string {
  if (statSync(path).isFIFO()) throw new Error(`${path} is a pipe, and no file`);
  return readFileSync(path, "utf8");
}
