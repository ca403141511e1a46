import { join, sep } from "node:path";
import { type Configuration, loadConfiguration } from "../../../sdk/core/config/index.ts";
import { Failure } from "../../../sdk/core/errors/index.ts";
import { home } from "../prepare/options.ts";

const exampleFile = join(home, "deployment.config.ts");

/**
 * The configuration that the demo goes by: the project's own as long as that leads to the example, so that a newcomer needs no
 * `--config` to ask about what the demo made; the example's file once a configuration of another stack has its place.
 *
 * @throws Failure CONFIG_INVALID where the example's file names another stack
 */
export async function demoConfiguration(ownFile: string): Promise<Configuration> {
  const own = await loadConfiguration(ownFile).catch(() => undefined);
  if (own !== undefined && isExample(own)) return own;
  const example = await loadConfiguration(exampleFile);
  assertExample(example);
  return example;
}

/** What a script has to be told, so that it is about the demo's stack. */
export function configFlags({ file }: Configuration): string[] {
  return file === exampleFile ? ["--config", "examples/cell-hub/deployment.config.ts"] : [];
}

/**
 * Refuses a configuration that is not the example's: the demo deploys to what it names, and removes all of it, volumes too.
 *
 * @throws Failure CONFIG_INVALID
 */
export function assertExample(configuration: Configuration): void {
  if (isExample(configuration)) return;
  throw new Failure("CONFIG_INVALID", {
    message: `${configuration.file} is not the example's any more: the demo would deploy to your own stack, and --down would remove it`,
    why: `its Compose projects are ${projectsOf(configuration)
      .map(({ project }) => project)
      .join(", ")}`,
    remedy: "put the example's own file back; yours belongs in config/, or where --config says",
  });
}

function isExample(configuration: Configuration): boolean {
  return projectsOf(configuration).every(
    ({ project, files }) =>
      project.startsWith("cell-hub-") &&
      files.every((name) => configuration.path(name).startsWith(home + sep)),
  );
}

function projectsOf({ platform: { environments, shared } }: Configuration) {
  return [environments.blue, environments.green, shared];
}
