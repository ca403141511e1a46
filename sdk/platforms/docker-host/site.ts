import { dirname } from "node:path";
import type { ComposeValues, Configuration, DockerHostValues } from "../../core/config/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { ComposeProject } from "../../systems/docker/index.ts";

/** One service of an environment, by its two names. */
export interface Member {
  /** How people call it. */
  name: string;
  /** What the Compose file calls it in this environment. */
  composeService: string;
}

/** Where everything of a Docker host lies: the configuration, turned into what Compose and the file system need. */
export interface Site {
  configuration: Configuration;
  values: DockerHostValues;
  shared: ComposeProject & { services: readonly string[] };
  markerDirectory: string;
  members: (environment: Environment) => readonly Member[];
  /** The environment's Compose project as its owner wrote it. */
  project: (environment: Environment) => ComposeProject;
}

export function siteOf(configuration: Configuration, values: DockerHostValues): Site {
  const project = (compose: ComposeValues): ComposeProject => {
    const files = compose.files.map(configuration.path);
    const [first = configuration.root] = files;
    return {
      project: compose.project,
      files,
      envFiles: compose.envFiles.map(configuration.path),
      directory: dirname(first),
    };
  };
  return {
    configuration,
    values,
    shared: { ...project(values.shared), services: values.shared.services },
    markerDirectory: configuration.path(values.proxy.markerDirectory),
    members: (environment) =>
      configuration.services.map(({ name, composeService = name }) => ({
        name,
        composeService: composeService.replaceAll("{environment}", environment),
      })),
    project: (environment) => project(values.environments[environment]),
  };
}

/** The labels that Switchover puts on the containers it starts. */
export const labels = {
  release: "switchover.release",
  environment: "switchover.environment",
  migration: "switchover.migration",
} as const;
