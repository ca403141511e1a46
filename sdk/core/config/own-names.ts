import { composeServiceOf } from "./compose.ts";
import type { Configuration } from "./load.ts";

/**
 * What every line of a log speaks of: the environments, the project, its services. They are no secrets, even where a
 * variable has the same value: masked, they would leave a log that nobody can read.
 */
export function ownNames({ project, platform, services }: Configuration): ReadonlySet<string> {
  const { environments, shared, proxy } = platform;
  const composeProjects = [environments.blue, environments.green, shared].map((compose) => compose.project);
  const names = services.flatMap((service) => [
    service.name,
    composeServiceOf(service, "blue"),
    composeServiceOf(service, "green"),
  ]);
  return new Set(["blue", "green", project, ...composeProjects, ...names, ...shared.services, proxy.service]);
}
