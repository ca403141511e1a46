import { type Configuration, type DockerHostValues, frontDoorAuthority } from "../../core/config/index.ts";
import { setMarker } from "../../systems/nginx/index.ts";
import type { FrontDoorAddress, Platform } from "../platform.ts";
import { assertUsable } from "./assert-usable.ts";
import { build } from "./build.ts";
import { diagnose } from "./diagnose.ts";
import { drain } from "./drain.ts";
import { migrate, migrationStatus } from "./migrate.ts";
import { environmentStates, observe } from "./observe.ts";
import { directAddresses } from "./probe.ts";
import { askProxy } from "./proxy.ts";
import { hasImages, remove, stop } from "./retire.ts";
import { siteOf } from "./site.ts";
import { stage } from "./stage.ts";
import { troubles } from "./troubles.ts";
import { daemonPatienceMs } from "./work.ts";

const inspectDeadlineMs = 20_000;

/** Two Compose environments on one Docker host, behind an nginx that tests a marker file for each request. */
export function dockerHost(
  configuration: Configuration,
  values: DockerHostValues,
  redact: (text: string) => string,
): Platform {
  const site = siteOf(configuration, values);
  return {
    kind: "docker-host",
    observe: () => observe(site, { patienceMs: daemonPatienceMs, deadlineMs: inspectDeadlineMs }),
    proxy: () => askProxy(site),
    environments: (patience) => environmentStates(site, patience),
    assertUsable: () => assertUsable(site),
    build: (release, environment, work) => build(site, release, environment, work),
    has: hasImages,
    stage: (environment, release, how, work) => stage(site, environment, release, how, work),
    migrations: (environment, work) => migrationStatus(site, environment, work),
    migrate: (environment, work) => migrate(site, environment, work),
    direct: (environment) => directAddresses(site, environment),
    frontDoor: () => frontDoorAddresses(configuration, values),
    switchTo: async (environment) => setMarker(site.markerDirectory, environment),
    drain: (environment, work) => drain(site, environment, work),
    stop: (environment, work) => stop(site, environment, work),
    remove: (environment, work) => remove(site, environment, work),
    troubles: (environment) => troubles(site, environment),
    diagnose: (environment, folder) => diagnose(site, environment, folder, redact),
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
