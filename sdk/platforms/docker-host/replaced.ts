import type { Container } from "../../systems/docker/index.ts";

/** A release that stood in an environment until another one was brought up there. */
export interface Replaced {
  release: string;
  /** What its containers were told, by Compose service. Secrets are among it, so it stays in memory. */
  told: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Remembers what stands in an environment, as it is now. */
export function replacing(
  release: string,
  composeServices: readonly string[],
  containers: readonly Container[],
): Replaced {
  const own = containers.filter(({ service }) => composeServices.includes(service));
  return { release, told: new Map(own.map((container) => [container.service, variablesOf(container)])) };
}

/** The variables of a container, without those that depend on where a program runs. */
export function variablesOf(container: Container): Record<string, string> {
  const entries = container.environment.map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? ([line, ""] as const) : ([line.slice(0, at), line.slice(at + 1)] as const);
  });
  // The image brings its own PATH and HOME; passing this host's would be wrong.
  return Object.fromEntries(entries.filter(([name]) => name !== "PATH" && name !== "HOME"));
}

/**
 * The same variables for a Compose file and for the process that reads it: the file holds names only, so that no value
 * of theirs is written down.
 */
export function handedOver({ told }: Replaced): {
  environment: ReadonlyMap<string, Readonly<Record<string, string>>>;
  env: Readonly<Record<string, string>>;
} {
  const env: Record<string, string> = {};
  const environment = new Map<string, Record<string, string>>();
  for (const [service, variables] of told) {
    const names = Object.entries(variables).map(([name, value]) => {
      const handle = `SWITCHOVER_KEPT_${Object.keys(env).length}`;
      env[handle] = value;
      return [name, `\${${handle}}`] as const;
    });
    environment.set(service, Object.fromEntries(names));
  }
  return { environment, env };
}
