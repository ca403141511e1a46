import { sep } from "node:path";
import type { Configuration } from "../../../sdk/core/config/index.ts";
import { Failure } from "../../../sdk/core/errors/index.ts";
import { home } from "../prepare/options.ts";

/**
 * Refuses a configuration that is not the example's: the demo deploys to what it names, and removes all of it, volumes too.
 *
 * @throws Failure CONFIG_INVALID
 */
export function assertExample({ file, path, platform }: Configuration): void {
  const { environments, shared } = platform;
  const projects = [environments.blue, environments.green, shared];
  const isExample = projects.every(
    ({ project, files }) =>
      project.startsWith("cell-hub-") && files.every((name) => path(name).startsWith(home + sep)),
  );
  if (isExample) return;
  throw new Failure("CONFIG_INVALID", {
    message: `${file} is not the example's any more: the demo would deploy to your own stack, and --down would remove it`,
    why: `its Compose projects are ${projects.map(({ project }) => project).join(", ")}`,
    remedy: "put the example's own file back; yours belongs in config/, or where --config says",
  });
}
