import type { Configuration } from "./load.ts";

/** The file with the authority that the front door's certificate counts by, where that is one of the project's own. */
export function frontDoorAuthority({ platform, tls, path }: Configuration): string | undefined {
  if (tls?.ca === undefined || new URL(platform.proxy.frontDoor).protocol !== "https:") return undefined;
  return path(tls.ca);
}
