import type { Configuration, DockerHostValues } from "../../sdk/core/config/index.ts";
import { clockSkew } from "../clock-skew.ts";
import type { BoundCheck } from "../define.ts";
import { dns } from "../dns.ts";
import { tlsCertificate } from "../tls-certificate.ts";

/** What the world sees of the site: its name, its certificate, and the time that this host goes by. */
export function outsideChecks(configuration: Configuration, values: DockerHostValues): BoundCheck[] {
  const { domain } = configuration;
  return [
    ...fileChecks(configuration),
    ...serverChecks(configuration, values),
    ...(domain === undefined ? [] : [dns.with({ name: domain })]),
    clockSkew.with({}),
  ];
}

/** The certificate as the proxy will read it at its next start. */
function fileChecks({ domain, tls, path }: Configuration): BoundCheck[] {
  if (tls === undefined) return [];
  const files = { certificate: path(tls.certificate), key: path(tls.key), ca: authority(tls, path) };
  return [tlsCertificate.with({ ...files, name: domain }, { of: "file" })];
}

/** The certificate as the proxy sends it now, which may still be the one before. */
function serverChecks(
  { domain, tls, path }: Configuration,
  { proxy, shared }: DockerHostValues,
): BoundCheck[] {
  const { protocol, hostname, port } = new URL(proxy.frontDoor);
  if (protocol !== "https:") return [];
  const server = {
    host: `${hostname}:${port === "" ? 443 : port}`,
    project: shared.project,
    service: proxy.service,
  };
  return [tlsCertificate.with({ ...server, ca: authority(tls, path), name: domain }, { of: "front door" })];
}

function authority(tls: Configuration["tls"], path: (relative: string) => string): string | undefined {
  return tls?.ca === undefined ? undefined : path(tls.ca);
}
