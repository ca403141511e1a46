import { type Configuration, composeServiceOf, type DockerHostValues } from "../../sdk/core/config/index.ts";
import type { Environment } from "../../sdk/core/release/index.ts";
import { containerLogs } from "../container-logs.ts";
import { containersHealthy } from "../containers-healthy.ts";
import type { BoundCheck } from "../define.ts";
import { releaseAnswers } from "../release-answers.ts";
import { releaseImage } from "../release-image.ts";
import { servicesOf } from "./compose-projects.ts";
import { readWriteChecks } from "./data.ts";

/** What is looked at once the target runs, before it gets any traffic. */
export function afterOnDockerHost(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
  release: string,
): BoundCheck[] {
  const { project } = values.environments[target];
  const services = servicesOf(configuration, target);
  const { errorWords } = configuration.containerLogs;
  return [
    containersHealthy.with({ project, services }, { of: target }),
    ...releaseChecks(configuration, project, target, release),
    ...(errorWords.length === 0
      ? []
      : [containerLogs.with({ project, services, lacks: errorWords }, { of: target })]),
    ...readWriteChecks(configuration, values, target),
  ];
}

/** Which release it is that runs: what answers tells it, what does not is known by its image's label. */
function releaseChecks(
  configuration: Configuration,
  project: string,
  target: Environment,
  release: string,
): BoundCheck[] {
  return configuration.services.flatMap((member) => {
    const { name, ports, health, releaseHeader, releaseLabel } = member;
    const service = composeServiceOf(member, target);
    const label =
      releaseLabel === undefined
        ? []
        : [releaseImage.with({ project, services: [service], release, label: releaseLabel }, { of: name })];
    if (ports === undefined) return label;
    const url = `http://127.0.0.1:${ports[target]}${health.path}`;
    const { timeout } = health;
    const asked = { url, release, header: releaseHeader, timeout, project, service };
    return [releaseAnswers.with(asked, { of: name }), ...label];
  });
}
