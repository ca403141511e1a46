import type { Environment } from "../../core/release/index.ts";
import type { EnvironmentState, ServiceState } from "../../platforms/index.ts";
import { judge } from "../deploy/index.ts";
import type { Heard, Looks } from "./looks.ts";
import type { AnswerStatus, EnvironmentStatus, ServiceStatus } from "./status.ts";

/** What is known of one environment, by its containers and by what answers. */
export function environmentStatus(
  looks: Looks,
  environment: Environment,
  configured: readonly string[],
): EnvironmentStatus {
  const heard = looks.direct[environment];
  const state = looks.environments.seen?.[environment];
  const release = state?.release ?? releaseHeard(heard);
  const { proxy, active } = looks.proxy.seen ?? {};
  const frontDoor = environment === active && proxy === "up" ? looks.frontDoor : [];
  // A service that was configured since is no part of what stands there.
  const own = state?.services.map(({ name }) => name) ?? configured;
  const services = own.map((name) => serviceStatus(name, state, heard, frontDoor, release));
  return {
    state: state?.state ?? "unknown",
    ...(release === undefined ? {} : { release }),
    warm: isWarm(state, services),
    services,
  };
}

/** The release that everything which names one in its answer agrees on. */
function releaseHeard(heard: readonly Heard[]): string | undefined {
  const named = heard.flatMap(({ address: { releaseHeader }, answer }) => {
    const release = answer.ok && releaseHeader !== undefined ? answer.headers.get(releaseHeader) : null;
    return release === null ? [] : [release];
  });
  return new Set(named).size === 1 ? named[0] : undefined;
}

function isWarm(state: EnvironmentState | undefined, services: readonly ServiceStatus[]): boolean {
  const asked = services.flatMap(({ direct }) => (direct === undefined ? [] : [direct]));
  return (
    state?.state === "ready" && state.release !== undefined && asked.length > 0 && asked.every(({ ok }) => ok)
  );
}

function serviceStatus(
  name: string,
  state: EnvironmentState | undefined,
  direct: readonly Heard[],
  frontDoor: readonly Heard[],
  release: string | undefined,
): ServiceStatus {
  const answers = {
    direct: answerOf(name, direct, release),
    frontDoor: answerOf(name, frontDoor, release),
  };
  return {
    name,
    ...containerOf(state?.services.find((service) => service.name === name)),
    ...(answers.direct && { direct: answers.direct }),
    ...(answers.frontDoor && { frontDoor: answers.frontDoor }),
  };
}

function containerOf(service: ServiceState | undefined): Omit<ServiceStatus, "name"> {
  if (service === undefined) return { state: "unknown" };
  const { state, release, since, restarts } = service;
  return {
    state,
    ...(release === undefined ? {} : { release }),
    ...(since === undefined ? {} : { since }),
    ...(state === "absent" ? {} : { restarts }),
  };
}

function answerOf(
  name: string,
  heard: readonly Heard[],
  release: string | undefined,
): AnswerStatus | undefined {
  const own = heard.find(({ address }) => address.service === name);
  if (own === undefined) return undefined;
  const { ok, summary } = judge(own.address, own.answer, release);
  return { ok, summary };
}
