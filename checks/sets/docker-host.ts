import {
  type Configuration,
  composeProjectOf,
  composeServiceOf,
  type DockerHostValues,
  frontDoorAuthority,
} from "../../sdk/core/config/index.ts";
import type { Environment } from "../../sdk/core/release/index.ts";
import type { BoundCheck } from "../define.ts";
import { diskSpace } from "../disk-space.ts";
import { dockerDaemon } from "../docker-daemon.ts";
import { memory } from "../memory.ts";
import { portsFree } from "../ports-free.ts";
import { processorLoad } from "../processor-load.ts";
import { proxyConfig } from "../proxy-config.ts";
import { proxyReach } from "../proxy-reach.ts";
import { releaseAnswers } from "../release-answers.ts";
import { composeProjectChecks, environmentProject } from "./compose-projects.ts";
import { dataChecks } from "./data.ts";
import { frontDoorPort } from "./front-door.ts";
import { outsideChecks } from "./outside.ts";

/** What is looked at on a Docker host before anything changes. */
export function beforeOnDockerHost(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
): BoundCheck[] {
  const { resources } = configuration;
  const markerDirectory = configuration.path(values.proxy.markerDirectory);
  return [
    dockerDaemon.with({}),
    ...composeProjectChecks(configuration, values),
    ...portChecks(configuration, values, target),
    proxyConfig.with({
      ...composeProjectOf(configuration, values.shared),
      service: values.proxy.service,
      markerDirectory,
    }),
    proxyReach.with({
      ...composeProjectOf(configuration, values.shared),
      service: values.proxy.service,
      services: [...values.shared.services],
      environment: {
        ...environmentProject(configuration, values, target),
        services: ledTo(configuration, target),
      },
    }),
    diskSpace.with({
      path: writtenTo(configuration, markerDirectory),
      minimum: resources.disk,
      docker: true,
    }),
    memory.with({
      minimum: resources.memory,
      environment: environmentProject(configuration, values, target),
    }),
    processorLoad.with({ maximum: resources.cpuPercent, otherwise: "warn" }),
    ...dataChecks(configuration, values, target),
    ...outsideChecks(configuration, values),
  ];
}

/** The services that the proxy leads requests to. */
function ledTo(configuration: Configuration, target: Environment): string[] {
  const led = configuration.services.filter(({ frontDoorPath }) => frontDoorPath !== undefined);
  return led.map((service) => composeServiceOf(service, target));
}

/** Every folder that a deployment, or what runs then, writes to. */
function writtenTo(
  { root, path, state, uploads, backups }: Configuration,
  markerDirectory: string,
): string[] {
  const ofUsers = uploads === undefined ? [] : [path(uploads.blue), path(uploads.green)];
  return [root, state(), markerDirectory, path(backups.directory), ...ofUsers];
}

/** What is looked at through the front door, once the target has the traffic. */
export function throughDockerHost(
  configuration: Configuration,
  { proxy }: DockerHostValues,
  release: string,
): BoundCheck[] {
  const caFile = frontDoorAuthority(configuration);
  return configuration.services.flatMap(({ name, frontDoorPath, health, releaseHeader }) => {
    if (frontDoorPath === undefined) return [];
    const url = new URL(frontDoorPath, proxy.frontDoor).href;
    const { timeout } = health;
    return [
      releaseAnswers.with(
        { url, release, header: releaseHeader, timeout, caFile },
        { of: `${name} at the front door` },
      ),
    ];
  });
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
