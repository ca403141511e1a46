import type { Configuration } from "../sdk/core/config/index.ts";
import type { Environment } from "../sdk/core/release/index.ts";
import type { BoundCheck } from "./define.ts";
import { afterOnDockerHost, beforeOnDockerHost } from "./sets/docker-host.ts";

/** Everything that could make a deployment to this environment fail, looked at before anything changes. */
export async function preDeploymentChecks(
  configuration: Configuration,
  target: Environment,
): Promise<BoundCheck[]> {
  const { platform } = configuration;
  switch (platform.kind) {
    case "docker-host":
      return beforeOnDockerHost(configuration, platform, target);
  }
}

/** Whether the environment that was brought up can take the traffic, as this release. */
export async function postDeploymentChecks(
  configuration: Configuration,
  target: Environment,
  release: string,
): Promise<BoundCheck[]> {
  const { platform } = configuration;
  switch (platform.kind) {
    case "docker-host":
      return afterOnDockerHost(configuration, platform, target, release);
  }
}
