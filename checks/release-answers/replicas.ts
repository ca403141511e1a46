import { Failure } from "../../sdk/core/errors/index.ts";
import type { CheckContext } from "../../sdk/core/finding/index.ts";
import { type Container, containersOf } from "../../sdk/systems/docker/index.ts";
import { within } from "../options.ts";

/** Where one container of a service answers by itself. */
export interface Replica {
  name: string;
  url: string;
}

/** The replicas that can be asked, and the names of those of which nobody knows at which port they answer. */
export interface Replicas {
  asked: Replica[];
  hidden: string[];
}

/**
 * The own address of each container that runs a service, so that none hides behind the others. Nothing where no service
 * is named.
 *
 * @param url the service's address on this host, by which the port inside is found
 * @throws Failure CONTAINER_MISSING, and what Docker's commands throw
 */
export async function addressesOfReplicas(
  url: string,
  { project, service }: { project?: string | undefined; service?: string | undefined },
  context: CheckContext,
): Promise<Replicas> {
  if (project === undefined || service === undefined) return { asked: [], hidden: [] };
  const all = await containersOf(project, within(context));
  const replicas = all.filter((container) => container.service === service && container.status === "running");
  if (replicas.length === 0) {
    throw new Failure("CONTAINER_MISSING", {
      message: `no container runs for ${service} in ${project}`,
      remedy: `see what there is: docker ps --all --filter label=com.docker.compose.project=${project}`,
    });
  }
  const inside = portInside(url, replicas);
  return {
    asked: replicas.flatMap((replica) => addressOf(replica, url, inside)),
    // A container in the host's own network has no other address than the one that is asked anyway.
    hidden: replicas
      .filter(({ addresses }) => addresses.length > 0 && inside === undefined)
      .map(({ name }) => name),
  };
}

/** The port inside that the address on this host leads to; the only one there is, where none does. */
function portInside(url: string, replicas: readonly Container[]): number | undefined {
  const { port, protocol } = new URL(url);
  const outside = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  const ports = replicas.flatMap((replica) => replica.ports);
  const leading = ports.find(({ published }) => published.includes(outside));
  if (leading !== undefined) return leading.inside;
  const [only, ...others] = new Set(ports.map(({ inside }) => inside));
  return others.length === 0 ? only : undefined;
}

/** Where it publishes its port that is asked: not every host reaches into the containers' networks. */
function addressOf(
  { name, ports, addresses }: Container,
  url: string,
  inside: number | undefined,
): Replica[] {
  const at = (hostname: string, port: number): Replica => {
    const address = new URL(url);
    address.hostname = hostname;
    address.port = String(port);
    return { name, url: address.href };
  };
  const published = ports.find((port) => port.inside === inside)?.published[0];
  if (published !== undefined) return [at(new URL(url).hostname, published)];
  const [address] = addresses;
  return address === undefined || inside === undefined ? [] : [at(address, inside)];
}
