import { dirname } from "node:path";
import type { Environment } from "../release/index.ts";
import type { Configuration } from "./load.ts";
import type { ComposeValues } from "./schema/docker-host.ts";

/** A Compose project of the configuration, with its paths absolute; relative ones in its files start at `directory`. */
export function composeProjectOf(configuration: Configuration, { project, files, envFiles }: ComposeValues) {
  const paths = files.map(configuration.path);
  const [first = configuration.root] = paths;
  return { project, files: paths, envFiles: envFiles.map(configuration.path), directory: dirname(first) };
}

/** What a service is called in the Compose file of one environment. */
export function composeServiceOf(
  service: Configuration["services"][number],
  environment: Environment,
): string {
  return (service.composeService ?? service.name).replaceAll("{environment}", environment);
}
