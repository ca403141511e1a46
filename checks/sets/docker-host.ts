import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type ComposeValues,
  type Configuration,
  composeProjectOf,
  composeServiceOf,
  type DockerHostValues,
} from "../../sdk/core/config/index.ts";
import { type Environment, environments } from "../../sdk/core/release/index.ts";
import { composeFiles } from "../compose-files.ts";
import { containersHealthy } from "../containers-healthy.ts";
import type { BoundCheck } from "../define.ts";
import { diskSpace } from "../disk-space.ts";
import { dockerDaemon } from "../docker-daemon.ts";
import { envFiles } from "../env-files.ts";
import { memory } from "../memory.ts";
import { portsFree } from "../ports-free.ts";
import { proxyConfig } from "../proxy-config.ts";
import { releaseAnswers } from "../release-answers.ts";
import { frontDoorPort } from "./front-door.ts";

/** What is looked at on a Docker host before anything changes. */
export function beforeOnDockerHost(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
): BoundCheck[] {
  const { services: sharedServices, ...shared } = values.shared;
  const markerDirectory = configuration.path(values.proxy.markerDirectory);
  return [
    dockerDaemon.with({}),
    composeFiles.with(
      { ...composeProjectOf(configuration, shared), services: sharedServices },
      { of: "shared" },
    ),
    ...environments.map((environment) => environmentFiles(configuration, values, environment)),
    ...envFileChecks(configuration, values),
    ...portChecks(configuration, values, target),
    proxyConfig.with({
      ...composeProjectOf(configuration, shared),
      service: values.proxy.service,
      markerDirectory,
    }),
    diskSpace.with({
      path: [configuration.root, configuration.state(), markerDirectory],
      minimum: configuration.resources.disk,
      docker: true,
    }),
    memory.with({ minimum: configuration.resources.memory }),
  ];
}

/** What is looked at once the target runs, before it gets any traffic. */
export function afterOnDockerHost(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
  release: string,
): BoundCheck[] {
  const { project } = values.environments[target];
  const answers = configuration.services.flatMap(({ name, ports, health, releaseHeader }) => {
    if (ports === undefined) return [];
    const url = `http://127.0.0.1:${ports[target]}${health.path}`;
    return [
      releaseAnswers.with({ url, release, header: releaseHeader, timeout: health.timeout }, { of: name }),
    ];
  });
  return [
    containersHealthy.with({ project, services: servicesOf(configuration, target) }, { of: target }),
    ...answers,
  ];
}

/** What is looked at through the front door, once the target has the traffic. */
export function throughDockerHost(
  configuration: Configuration,
  { proxy }: DockerHostValues,
  release: string,
): BoundCheck[] {
  return configuration.services.flatMap(({ name, frontDoorPath, health, releaseHeader }) => {
    if (frontDoorPath === undefined) return [];
    const url = new URL(frontDoorPath, proxy.frontDoor).href;
    const { timeout } = health;
    return [
      releaseAnswers.with(
        { url, release, header: releaseHeader, timeout },
        { of: `${name} at the front door` },
      ),
    ];
  });
}

function environmentFiles(
  configuration: Configuration,
  values: DockerHostValues,
  environment: Environment,
): BoundCheck {
  return composeFiles.with(
    {
      ...composeProjectOf(configuration, values.environments[environment]),
      services: servicesOf(configuration, environment),
      // A deployment sets these two itself; which release it is does not matter for the files.
      variables: { SWITCHOVER_ENVIRONMENT: environment, SWITCHOVER_RELEASE: "check" },
    },
    { of: environment },
  );
}

function envFileChecks(configuration: Configuration, values: DockerHostValues): BoundCheck[] {
  const { requiredVariables } = configuration;
  return [
    ...environments.flatMap((environment) =>
      envFileCheck(configuration, values.environments[environment], environment, requiredVariables),
    ),
    ...envFileCheck(configuration, values.shared, "shared", []),
  ];
}

/** Where no env file is named, Compose takes the one beside the Compose file. */
function envFileCheck(
  configuration: Configuration,
  values: ComposeValues,
  of: string,
  required: string[],
): BoundCheck[] {
  const { envFiles: named, directory } = composeProjectOf(configuration, values);
  const usual = join(directory, ".env");
  const file = named.length > 0 ? named : [usual];
  if (named.length === 0 && required.length === 0 && !existsSync(usual)) return [];
  return [envFiles.with({ file, required }, { of })];
}

function portChecks(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
): BoundCheck[] {
  const ports = configuration.services.flatMap((service) => service.ports?.[target] ?? []);
  const door = frontDoorPort(values.proxy.frontDoor);
  return [
    ...(ports.length === 0
      ? []
      : [portsFree.with({ port: ports, project: values.environments[target].project }, { of: target })]),
    portsFree.with({ ...door, project: values.shared.project }, { of: "front door" }),
  ];
}

function servicesOf(configuration: Configuration, environment: Environment): string[] {
  return configuration.services.map((service) => composeServiceOf(service, environment));
}
