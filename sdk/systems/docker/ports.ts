import { z } from "zod";
import type { DockerOptions } from "./client.ts";
import { composeLabels } from "./containers.ts";
import { containerIds, inspectContainers } from "./listing.ts";

const bindingsSchema = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable(),
);

const inspectSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullable() }),
  NetworkSettings: z.object({ Ports: bindingsSchema.nullable() }),
});

/** A container that runs, and the TCP ports of this host that it holds. */
export interface PortHolder {
  id: string;
  name: string;
  /** Its Compose project; undefined for a container that is not Compose's. */
  project: string | undefined;
  published: readonly { address: string; port: number }[];
}

/**
 * Every running container with the ports it publishes, those of a random port included.
 *
 * @throws Failure as `docker` does.
 */
export async function portHolders(options: DockerOptions): Promise<PortHolder[]> {
  const running = await inspectContainers(await containerIds({ all: false }, options), options);
  return z.array(inspectSchema).parse(running).map(asHolder);
}

function asHolder(raw: z.infer<typeof inspectSchema>): PortHolder {
  const published = Object.entries(raw.NetworkSettings.Ports ?? {})
    .filter(([inside]) => inside.endsWith("/tcp"))
    .flatMap(([, bindings]) => bindings ?? [])
    .map(({ HostIp, HostPort }) => ({ address: HostIp, port: Number(HostPort) }));
  return {
    id: raw.Id,
    name: raw.Name.replace(/^\//, ""),
    project: raw.Config.Labels?.[composeLabels.project],
    published,
  };
}
