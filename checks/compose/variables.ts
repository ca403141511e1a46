import { existsSync } from "node:fs";
import { join } from "node:path";
import { readEnvEntries } from "../../sdk/core/config/index.ts";

/** What to do about a value in which Compose takes a piece for a variable. */
export const plainDollar = "put a value with a dollar sign into single quotes, or write $$ for it";

/** Where Compose takes the values of its variables from. */
export interface Variables {
  /** The files that were read. */
  files: readonly string[];
  /** What they say, the later file winning. */
  fromFiles: Readonly<Record<string, string>>;
  /** The variables of theirs that refer to what nothing sets, and what that is: it may be a piece of a secret. */
  dangling: readonly { name: string; absent: readonly string[] }[];
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
  const entries = readEnvEntries(files);
  const given: Record<string, string> = { ...on.variables, COMPOSE_PROJECT_NAME: on.project };
  return {
    files,
    fromFiles: Object.fromEntries(entries.map(({ name, value }) => [name, value])),
    dangling: entries
      .map(({ name, absent }) => ({ name, absent: absent.filter((one) => given[one] === undefined) }))
      .filter(({ absent }) => absent.length > 0),
    overrulesShell: on.envFiles.length > 0,
    given,
  };
}
