import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/**
 * Where a symbolic link leads to in the end; of one that leads to nothing, where that would be. Undefined for a path that is
 * no link, whatever the folders above it are.
 */
export function followLink(path: string): string | undefined {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  if (existsSync(path)) return realpathSync(path);
  const missing = resolve(dirname(path), readlinkSync(path));
  const folder = dirname(missing);
  return existsSync(folder) ? join(realpathSync(folder), basename(missing)) : missing;
}
