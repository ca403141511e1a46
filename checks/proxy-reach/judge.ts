import type { Fault } from "../faults.ts";
import type { Places } from "./places.ts";

/** The proxy as it runs, or else as its Compose file says it will. */
export interface ProxyPlace {
  service: string;
  networks: readonly string[] | "host";
  /** The names and addresses that it was given by hand, each as `name:address`. */
  hosts: readonly string[];
  /** What brings it into the state that its file describes. */
  command: string;
}

export interface Reach {
  proxy: ProxyPlace;
  project: string;
  services: readonly string[];
  places: Places;
  /** The networks that are there, or that what is shared will make. */
  networks: ReadonlySet<string>;
}

/** What would keep requests from an environment: a network that nobody makes, another one, an address nobody was told. */
export function reachFaults(reach: Reach): Fault[] {
  return [...missingNetworks(reach), ...reach.services.flatMap((service) => faultsOf(service, reach))];
}

function missingNetworks({ project, services, places, networks }: Reach): Fault[] {
  const used = services.flatMap((service) => {
    const found = places.of(service);
    return found === "host" ? [] : found.map(({ network }) => network);
  });
  const missing = [...new Set(used)].filter((name) => places.external.has(name) && !networks.has(name));
  return missing.map((name) => ({
    status: "fail",
    says: `${project} wants the network ${name}, which is not there, and which no shared service is in`,
    remedy: `name the network under "networks:" of the proxy's service, so that Compose makes it; or: docker network create ${name}`,
  }));
}

function faultsOf(service: string, { proxy, places, networks }: Reach): Fault[] {
  const found = places.of(service);
  if (found === "host" || proxy.networks === "host") return [];
  const together = found.filter(({ network }) => proxy.networks.includes(network));
  if (together.length === 0) {
    if (found.some(({ network }) => !networks.has(network) && places.external.has(network))) return [];
    const says = `${proxy.service} is in ${listed(proxy.networks)} and ${service} in ${listed(found.map(({ network }) => network))}, so no request would reach it`;
    return [
      {
        status: "fail",
        says,
        remedy: `see that the network stands under "networks:" of ${proxy.service}, and make it anew: ${proxy.command}`,
      },
    ];
  }
  const addresses = together.flatMap(({ address }) => address ?? []);
  const told = proxy.hosts.flatMap((line) => /[:=]([\d.]+)$/.exec(line)?.[1] ?? []);
  if (addresses.length === 0 || told.length === 0 || addresses.some((address) => told.includes(address)))
    return [];
  return [
    {
      status: "warn",
      says: `${service} has the address ${addresses.join(", ")}, which no name in ${proxy.service}'s extra_hosts has`,
      remedy: `see that the upstream leads to that address: mend extra_hosts of ${proxy.service}, and make it anew: ${proxy.command}`,
    },
  ];
}

const listed = (names: readonly string[]) => (names.length === 0 ? "no network" : names.join(", "));
