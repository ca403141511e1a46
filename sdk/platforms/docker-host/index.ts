import { type Configuration, type DockerHostValues, frontDoorAuthority } from "../../core/config/index.ts";
import { readMarker, setMarker } from "../../systems/nginx/index.ts";
import type { FrontDoorAddress, Platform } from "../platform.ts";
import { directAddresses } from "./probe.ts";
import { askProxy } from "./proxy.ts";
import { siteOf } from "./site.ts";
import { daemonPatienceMs } from "./work.ts";

const inspectDeadlineMs = 20_000;

/** Loaded when it is needed: a rollback to an environment that still runs never asks Docker, and does not wait for this. */
const asksDocker = () => import("./asks-docker.ts");

/** Two Compose environments on one Docker host, behind an nginx that tests a marker file for each request. */
export function dockerHost(
  configuration: Configuration,
  values: DockerHostValues,
  redact: (text: string) => string,
): Platform {
  const site = siteOf(configuration, values);
  return {
    kind: "docker-host",
    observe: async () =>
      (await asksDocker()).observe(site, { patienceMs: daemonPatienceMs, deadlineMs: inspectDeadlineMs }),
    proxy: () => askProxy(site),
    pointsTo: async () => readMarker(site.markerDirectory),
    environments: async (patience) => (await asksDocker()).environmentStates(site, patience),
    assertUsable: async (share) => (await asksDocker()).assertUsable(site, share),
    build: async (release, environment, work) => (await asksDocker()).build(site, release, environment, work),
    has: async (release) => (await asksDocker()).hasImages(release),
    stage: async (environment, release, how, work) =>
      (await asksDocker()).stage(site, environment, release, how, work),
    migrations: async (environment, work) => (await asksDocker()).migrationStatus(site, environment, work),
    migrate: async (environment, work) => (await asksDocker()).migrate(site, environment, work),
    direct: (environment) => directAddresses(site, environment),
    frontDoor: () => frontDoorAddresses(configuration, values),
    switchTo: async (environment) => setMarker(site.markerDirectory, environment),
    drain: async (environment, work) => (await asksDocker()).drain(site, environment, work),
    stop: async (environment, work) => (await asksDocker()).stop(site, environment, work),
    remove: async (environment, work) => (await asksDocker()).remove(site, environment, work),
    troubles: async (environment) => (await asksDocker()).troubles(site, environment),
    diagnose: async (environment, folder) => (await asksDocker()).diagnose(site, environment, folder, redact),
  };
}

function frontDoorAddresses(configuration: Configuration, values: DockerHostValues): FrontDoorAddress[] {
  const caFile = frontDoorAuthority(configuration);
  return configuration.services.flatMap(({ name, frontDoorPath, health, releaseHeader }) =>
    frontDoorPath === undefined
      ? []
      : [
          {
            service: name,
            health: new URL(frontDoorPath, values.proxy.frontDoor).href,
            timeoutMs: health.timeout,
            releaseHeader: releaseHeader ?? undefined,
            caFile,
          },
        ],
  );
}
