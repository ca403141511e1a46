import {
  type Configuration,
  type DockerHostValues,
  frontDoorAuthority,
} from "../../sdk/core/config/index.ts";
import { clockSkew } from "../clock-skew.ts";
import type { BoundCheck } from "../define.ts";
import { dns } from "../dns.ts";
import { tlsCertificate } from "../tls-certificate.ts";
import { certificateFiles } from "./certificate-files.ts";

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
function fileChecks(configuration: Configuration): BoundCheck[] {
  const files = certificateFiles(configuration);
  if (files === undefined) return [];
  return [tlsCertificate.with({ ...files, name: configuration.domain }, { of: "file" })];
}

/** The certificate as the proxy sends it now, which may still be the one before. */
function serverChecks(configuration: Configuration, { proxy, shared }: DockerHostValues): BoundCheck[] {
  const { protocol, hostname, port } = new URL(proxy.frontDoor);
  if (protocol !== "https:") return [];
  const server = {
    host: `${hostname}:${port === "" ? 443 : port}`,
    project: shared.project,
    service: proxy.service,
  };
  const ca = frontDoorAuthority(configuration);
  return [tlsCertificate.with({ ...server, ca, name: configuration.domain }, { of: "front door" })];
}
