import { basename, dirname } from "node:path";

/** The folder of the project that a configuration file belongs to: the one above `config/`, or else the file's own. */
export function projectFolderOf(configurationFile: string): string {
  const folder = dirname(configurationFile);
  return basename(folder) === "config" ? dirname(folder) : folder;
}
