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
  const services = startedWith(members, containers).map((member) =>
    serviceState(
      member.name,
      containers.filter(({ service }) => service === member.composeService),
    ),
  );
  const releases = new Set(services.map((service) => service.release));
  const [release] = releases;
  return { release: releases.size === 1 ? release : undefined, state: together(services), services };
}

/** A service that was configured since an environment was brought up is no part of what stands there. */
function startedWith(members: readonly Member[], containers: readonly Container[]): readonly Member[] {
  const own = containers.filter(({ service }) =>
    members.some(({ composeService }) => composeService === service),
  );
  const [names, ...others] = new Set(own.map((container) => container.labels[labels.services]));
  if (names === undefined || others.length > 0) return members;
  const started = new Set(names.split(","));
  // One that was only renamed since still stands there.
  const stands = (member: Member) => own.some(({ service }) => service === member.composeService);
  const those = members.filter((member) => started.has(member.name) || stands(member));
  return those.length === 0 ? members : those;
}

function together(services: readonly ServiceState[]): EnvironmentState["state"] {
  const all = (state: ServiceState["state"]) => services.every((service) => service.state === state);
  if (all("absent")) return "absent";
  if (all("ready")) return "ready";
  if (all("stopped")) return "stopped";
  return "partial";
}

function serviceState(name: string, containers: readonly Container[]): ServiceState {
  const replicas = withoutLeftovers(containers);
  const newest = replicas.at(-1);
  if (newest === undefined)
    return { name, state: "absent", release: undefined, since: undefined, restarts: 0 };
  const releases = new Set(replicas.map((container) => container.labels[labels.release]));
  return {
    name,
    state: worst(replicas.map(stateOf)),
    release: releases.size === 1 ? newest.labels[labels.release] : undefined,
    image: newest.image,
    since: replicas.findLast(({ status }) => status === "running")?.startedAt,
    restarts: replicas.reduce((sum, { restarts }) => sum + restarts, 0),
  };
}

/** One that was never started, beside others that were, is what a cut-off Compose leaves, and no part of the service. */
function withoutLeftovers(containers: readonly Container[]): readonly Container[] {
  const started = containers.filter(({ status, error }) => status !== "created" || error !== "");
  return started.length === 0 ? containers : started;
}

/** A service of which a part runs and a part has stopped is not well: neither is it ready, nor can it be just started. */
function worst(states: readonly ServiceState["state"][]): ServiceState["state"] {
  const [first = "absent"] = states;
  if (states.every((state) => state === first)) return first;
  return states.includes("unhealthy") || states.includes("stopped") ? "unhealthy" : "starting";
}

function stateOf(container: Container): ServiceState["state"] {
  if (isReady(container)) return "ready";
  if (container.status === "running") return container.health === "unhealthy" ? "unhealthy" : "starting";
  // A paused one cannot be started: it is made anew, like one that keeps dying.
  if (container.status === "restarting" || container.status === "paused") return "unhealthy";
  return "stopped";
}
