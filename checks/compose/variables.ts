import { existsSync } from "node:fs";
import { join } from "node:path";
import { readEnvFiles } from "../../sdk/core/config/index.ts";

/** Where Compose takes the values of its variables from. */
export interface Variables {
  /** The files that were read. */
  files: readonly string[];
  /** What they say, the later file winning. */
  fromFiles: Readonly<Record<string, string>>;
  /** Whether it wins over this shell's own variables, as a deployment sees to for files that are named. */
  overrulesShell: boolean;
  /** What the deployment, or Compose itself, sets. */
  given: Readonly<Record<string, string>>;
}

/**
 * Reads the env files as Compose does: those that are named, or else the one beside the Compose file.
 *
 * @throws Failure ENV_FILE_UNREADABLE
 */
export function readVariables(on: {
  project: string;
  directory: string;
  envFiles: readonly string[];
  variables: Readonly<Record<string, string>>;
}): Variables {
  const usual = join(on.directory, ".env");
  const files = on.envFiles.length > 0 ? on.envFiles : [usual].filter((file) => existsSync(file));
  return {
    files,
    fromFiles: readEnvFiles(files),
    overrulesShell: on.envFiles.length > 0,
    given: { ...on.variables, COMPOSE_PROJECT_NAME: on.project },
  };
}
