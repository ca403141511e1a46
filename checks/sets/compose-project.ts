import { dirname } from "node:path";
import type { ComposeValues, Configuration } from "../../sdk/core/config/index.ts";
import type { Environment } from "../../sdk/core/release/index.ts";

/** A Compose project of the configuration, with the absolute paths that its checks want. */
export function composeProject(configuration: Configuration, values: ComposeValues) {
  const files = values.files.map(configuration.path);
  const [first = configuration.root] = files;
  return {
    project: values.project,
    files,
    envFiles: values.envFiles.map(configuration.path),
    directory: dirname(first),
  };
}

/** What the services of one environment are called in its Compose files. */
export function composeServices(configuration: Configuration, environment: Environment): string[] {
  return configuration.services.map(({ name, composeService = name }) =>
    composeService.replaceAll("{environment}", environment),
  );
}
