import { type Configuration, frontDoorAuthority } from "../../sdk/core/config/index.ts";

/** What a check is told of where it asks: an address of its own, or the front door's. */
const addresses = ["url", "frontDoor"] as const;

/**
 * The options of an added check that asks the front door, with the authority that the front door's certificate counts by;
 * the one that the check is told itself wins.
 *
 * @param shape the options that the check takes
 */
export function withAuthority(
  options: Record<string, unknown>,
  shape: Readonly<Record<string, unknown>>,
  configuration: Configuration,
): Record<string, unknown> {
  const caFile = frontDoorAuthority(configuration);
  if (caFile === undefined || shape["caFile"] === undefined) return options;
  const { host } = new URL(configuration.platform.proxy.frontDoor);
  return addresses.some((name) => isSecureAt(options[name], host)) ? { caFile, ...options } : options;
}

function isSecureAt(address: unknown, host: string): boolean {
  if (typeof address !== "string" || !URL.canParse(address)) return false;
  const url = new URL(address);
  return url.host === host && (url.protocol === "https:" || url.protocol === "wss:");
}
