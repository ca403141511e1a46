import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type ComposeValues,
  type Configuration,
  composeProjectOf,
  composeServiceOf,
  type DockerHostValues,
} from "../../sdk/core/config/index.ts";
import { type Environment, environments, other, releaseToCome } from "../../sdk/core/release/index.ts";
import { composeFiles } from "../compose-files.ts";
import type { BoundCheck } from "../define.ts";
import { envFiles } from "../env-files.ts";

/** What Compose is told of an environment by a deployment itself; which release it is does not matter for the files. */
export function environmentProject(
  configuration: Configuration,
  values: DockerHostValues,
  environment: Environment,
) {
  return {
    ...composeProjectOf(configuration, values.environments[environment]),
    services: servicesOf(configuration, environment),
    variables: { SWITCHOVER_ENVIRONMENT: environment, SWITCHOVER_RELEASE: releaseToCome },
  };
}

export function servicesOf(configuration: Configuration, environment: Environment): string[] {
  return configuration.services.map((service) => composeServiceOf(service, environment));
}

/** The Compose files and the env files of both environments, and of what they share. */
export function composeProjectChecks(configuration: Configuration, values: DockerHostValues): BoundCheck[] {
  const { services, ...shared } = values.shared;
  const { requiredVariables } = configuration;
  return [
    composeFiles.with({ ...composeProjectOf(configuration, shared), services }, { of: "shared" }),
    ...environments.map((environment) =>
      composeFiles.with(
        { ...environmentProject(configuration, values, environment), pulled: true },
        { of: environment },
      ),
    ),
    ...environments.flatMap((environment) =>
      envFileCheck(configuration, values.environments[environment], {
        of: environment,
        required: requiredVariables,
        like: composeProjectOf(configuration, values.environments[other(environment)]).envFiles,
      }),
    ),
    ...envFileCheck(configuration, values.shared, { of: "shared", required: [], like: [] }),
  ];
}

/** Where no env file is named, Compose takes the one beside the Compose file. */
function envFileCheck(
  configuration: Configuration,
  values: ComposeValues,
  { of, required, like }: { of: string; required: string[]; like: string[] },
): BoundCheck[] {
  const { envFiles: named, directory } = composeProjectOf(configuration, values);
  const usual = join(directory, ".env");
  const file = named.length > 0 ? named : [usual];
  if (named.length === 0 && required.length === 0 && !existsSync(usual)) return [];
  return [envFiles.with({ file, required, like }, { of })];
}
