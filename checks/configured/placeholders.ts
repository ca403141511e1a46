import type { Configuration } from "../../sdk/core/config/index.ts";
import { Failure } from "../../sdk/core/errors/index.ts";
import type { Environment } from "../../sdk/core/release/index.ts";

/** What the words in braces of an added check's options stand for. */
export function placeholdersOf(
  configuration: Configuration,
  environment: Environment,
  release: string | undefined,
): ReadonlyMap<string, string> {
  const { platform, services, root } = configuration;
  const direct = services.flatMap(({ name, ports }) =>
    ports === undefined ? [] : [[`direct.${name}`, `http://127.0.0.1:${ports[environment]}`] as const],
  );
  return new Map([
    ["environment", environment],
    ["project", platform.environments[environment].project],
    ["root", root],
    ["frontDoor", platform.proxy.frontDoor.replace(/\/$/, "")],
    ...direct,
    ...(release === undefined ? [] : [["release", release] as const]),
  ]);
}

/**
 * Puts the values in, wherever a text stands in the options. Other words in braces stay: a body of JSON has them too.
 *
 * @throws Failure CONFIG_INVALID for `{direct.…}` of a service that has no address.
 */
export function filledIn(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string")
    return value.replaceAll(/\{([\w.-]+)\}/g, (whole, name: string) => {
      const known = values.get(name);
      if (known === undefined && name.startsWith("direct.")) throw noAddress(name);
      return known ?? whole;
    });
  if (Array.isArray(value)) return value.map((item) => filledIn(item, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, values)]));
}

function noAddress(name: string): Failure {
  return new Failure("CONFIG_INVALID", {
    message: `checks: {${name}} is no address of a service`,
    why: "only a service with ports in the configuration can be addressed directly",
    remedy: "name a service of `services` that has ports",
  });
}
