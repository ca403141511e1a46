import type { Environment } from "../../core/release/index.ts";
import { type Container, containersOf, isReady } from "../../systems/docker/index.ts";
import type {
  EnvironmentState,
  EnvironmentStates,
  Observation,
  Patience,
  ServiceState,
} from "../platform.ts";
import { askProxy } from "./proxy.ts";
import { labels, type Member, type Site } from "./site.ts";

/**
 * Looks at the proxy and at both environments, side by side.
 *
 * @throws Failure PROXY_DISAGREES, DOCKER_DOWN, DOCKER_DENIED
 */
export async function observe(site: Site, patience: Patience): Promise<Observation> {
  const [proxy, environments] = await Promise.all([askProxy(site), environmentStates(site, patience)]);
  return { ...proxy, environments };
}

/**
 * What stands of both environments, by Docker's account.
 *
 * @throws Failure DOCKER_DOWN, DOCKER_DENIED, DEADLINE_EXCEEDED
 */
export async function environmentStates(site: Site, patience: Patience): Promise<EnvironmentStates> {
  const [blue, green] = await Promise.all([
    environmentState(site, "blue", patience),
    environmentState(site, "green", patience),
  ]);
  return { blue, green };
}

async function environmentState(
  site: Site,
  environment: Environment,
  patience: Patience,
): Promise<EnvironmentState> {
  const { project } = site.values.environments[environment];
  return summarise(site.members(environment), await containersOf(project, patience));
}

/** Puts the containers of an environment together into its state. */
export function summarise(members: readonly Member[], containers: readonly Container[]): EnvironmentState {
  const services = members.map((member) =>
    serviceState(
      member.name,
      containers.findLast(({ service }) => service === member.composeService),
    ),
  );
  const releases = new Set(services.map((service) => service.release));
  const [release] = releases;
  return { release: releases.size === 1 ? release : undefined, state: together(services), services };
}

function together(services: readonly ServiceState[]): EnvironmentState["state"] {
  const all = (state: ServiceState["state"]) => services.every((service) => service.state === state);
  if (all("absent")) return "absent";
  if (all("ready")) return "ready";
  if (all("stopped")) return "stopped";
  return "partial";
}

function serviceState(name: string, container: Container | undefined): ServiceState {
  if (container === undefined)
    return { name, state: "absent", release: undefined, since: undefined, restarts: 0 };
  return {
    name,
    state: stateOf(container),
    release: container.labels[labels.release],
    image: container.image,
    since: container.status === "running" ? container.startedAt : undefined,
    restarts: container.restarts,
  };
}

function stateOf(container: Container): ServiceState["state"] {
  if (isReady(container)) return "ready";
  if (container.status === "running") return container.health === "unhealthy" ? "unhealthy" : "starting";
  // A paused one cannot be started: it is made anew, like one that keeps dying.
  if (container.status === "restarting" || container.status === "paused") return "unhealthy";
  return "stopped";
}
