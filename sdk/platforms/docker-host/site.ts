import { existsSync, realpathSync } from "node:fs";
import {
  type Configuration,
  composeProjectOf,
  composeServiceOf,
  type DockerHostValues,
} from "../../core/config/index.ts";
import type { Environment, Release } from "../../core/release/index.ts";
import type { ComposeProject } from "../../systems/docker/index.ts";
import type { Replaced } from "./replaced.ts";

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
  /** What this run has replaced: it is put back as it was, whatever the environment files say by now. */
  replaced: Map<Environment, Replaced>;
}

export function siteOf(configuration: Configuration, values: DockerHostValues): Site {
  return {
    configuration,
    values,
    shared: { ...composeProjectOf(configuration, values.shared), services: values.shared.services },
    markerDirectory: configuration.path(values.proxy.markerDirectory),
    members: (environment) =>
      configuration.services.map((service) => ({
        name: service.name,
        composeService: composeServiceOf(service, environment),
      })),
    project: (environment) => composeProjectOf(configuration, values.environments[environment]),
    replaced: new Map(),
  };
}

/**
 * The site as it was for a release: a service that was configured since is none of its own. Where it was made of one that is
 * not configured any more, a service that is may be the same by another name: then everything that is configured is wanted.
 */
export function siteOfRelease(site: Site, { images }: Release): Site {
  const { services } = site.configuration;
  const isOwn = ({ name }: { name: string }) => images[name] !== undefined;
  const own = services.filter(isOwn);
  if (own.length < Object.keys(images).length || own.length === 0) return site;
  return {
    ...site,
    configuration: { ...site.configuration, services: own },
    members: (environment) => site.members(environment).filter(isOwn),
  };
}

/** The labels that Switchover puts on the containers it starts. */
export const labels = {
  /** All services of the environment that the container was started with, by name. */
  services: "switchover.services",
  release: "switchover.release",
  environment: "switchover.environment",
  migration: "switchover.migration",
  root: "switchover.root",
} as const;

/**
 * The labels that tell a migration of this deployment from one of another checkout whose project has the same name. A
 * checkout is the same by whichever link it is reached.
 */
export function migrationLabels({ configuration }: Site): Record<string, string> {
  const folder = existsSync(configuration.root) ? realpathSync(configuration.root) : configuration.root;
  const root = new Bun.CryptoHasher("sha256").update(folder).digest("hex").slice(0, 16);
  return { [labels.migration]: configuration.project, [labels.root]: root };
}
