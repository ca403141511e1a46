import type { Configuration } from "../../sdk/core/config/index.ts";

/** The files that the proxy serves with, as a check takes them; undefined where none are configured. */
export function certificateFiles({ tls, path }: Configuration) {
  if (tls === undefined) return undefined;
  const ca = tls.ca === undefined ? undefined : path(tls.ca);
  return { certificate: path(tls.certificate), key: path(tls.key), ca };
}
