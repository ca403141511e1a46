import { readFileSync, statSync } from "node:fs";

/** No file that is read whole as text, such as an env file or a certificate, comes near. */
const largestBytes = 16 * 2 ** 20;

/**
 * The text of a small file.
 *
 * @throws the system's own error; an Error for what has no end, or none that is known: to open a pipe that nobody writes to
 *   would stop everything, to read a device would fill the memory, and no signal or deadline would be heard.
 */
export function readText(path: string): string {
  const seen = statSync(path);
  if (seen.isFIFO()) throw new Error(`${path} is a pipe, and no file`);
  if (seen.isCharacterDevice() || seen.isBlockDevice()) throw new Error(`${path} is a device, and no file`);
  if (seen.size > largestBytes) throw new Error(`${path} has ${seen.size} bytes, and is no file of text`);
  return readFileSync(path, "utf8");
}
