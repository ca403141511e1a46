import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { projectFolderOf } from "../files/index.ts";

/** The project that a script belongs to, wherever it is called from and by whichever link: the nearest one above it. */
export function projectDirectoryOf(script: string): string {
  const folder = dirname(existsSync(script) ? realpathSync(script) : script);
  for (let place = folder; place !== dirname(place); place = dirname(place)) {
    if (existsSync(join(place, "package.json"))) return place;
  }
  return dirname(folder);
}

/** @param typed as `--config` was, from the working directory; the project's own without it */
export function configPathIn(project: string, typed: string | undefined): string {
  return typed === undefined ? join(project, "config", "deployment.config.ts") : resolve(typed);
}

/** The folder of the logs: of the project that the configuration belongs to; a mistyped path makes no folder. */
export function logsOf(project: string, configuration: string): string {
  const isFile = existsSync(configuration) && statSync(configuration).isFile();
  return join(isFile ? projectFolderOf(configuration) : project, "logs");
}
