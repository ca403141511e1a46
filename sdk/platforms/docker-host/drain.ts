import type { Environment } from "../../core/release/index.ts";
import {
  type Container,
  containersOf,
  type DockerOptions,
  runAgainstDaemon,
} from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";
import { establishedTo } from "./connections.ts";
import type { Site } from "./site.ts";
import { commandOptions, daemonPatienceMs } from "./work.ts";

const betweenLooksMs = 250;

/**
 * Waits until the proxy holds no connection to the environment's containers any more, by the proxy's own table of
 * connections. Gives how many were left at the deadline: 0 means that every request and WebSocket ended by itself, and
 * undefined that it cannot be seen: the proxy is no container of the shared project or its image has no `cat`, or the
 * environment's containers have no addresses of their own.
 */
export async function drain(site: Site, environment: Environment, work: Work): Promise<number | undefined> {
  const giveUpAt = performance.now() + work.deadlineMs;
  let left = await connections(site, environment, work);
  while (left !== 0 && performance.now() < giveUpAt) {
    work.signal.throwIfAborted();
    const count = left === undefined ? "an unknown number of connections" : counted(left);
    work.note(`${count} to ${environment} still open`);
    await Bun.sleep(betweenLooksMs);
    left = await connections(site, environment, work);
  }
  return left;
}

async function connections(site: Site, environment: Environment, work: Work): Promise<number | undefined> {
  const options = {
    ...commandOptions(work),
    deadlineMs: 20_000,
    patienceMs: daemonPatienceMs,
    onLine: undefined,
  };
  const [ours, shared] = await Promise.all([
    containersOf(site.values.environments[environment].project, options),
    containersOf(site.shared.project, options),
  ]);
  const services = site.members(environment).map(({ composeService }) => composeService);
  const reachable = ours.filter(
    (container) => services.includes(container.service) && canBeReached(container),
  );
  if (reachable.length === 0) return 0;
  const proxies = shared.filter(({ service }) => service === site.values.proxy.service);
  const proxy = proxies.find(({ status }) => status === "running");
  // With a proxy that has ended, its connections have.
  if (proxies.length > 0 && proxy === undefined) return 0;
  if (proxy === undefined || reachable.some(({ addresses }) => addresses.length === 0)) return undefined;
  const table = await tablesOf(proxy, options);
  return table === undefined
    ? undefined
    : establishedTo(
        reachable.flatMap(({ addresses }) => addresses),
        table,
      );
}

function canBeReached({ status, networks }: Container): boolean {
  return (status === "running" || status === "paused") && networks.join() !== "none";
}

/** The connections of a container, those of IPv6 sockets included where there are any. */
async function tablesOf({ id }: Container, options: DockerOptions): Promise<string | undefined> {
  const read = ["cat", "/proc/net/tcp", "/proc/net/tcp6"];
  const { stdout } = await runAgainstDaemon(["docker", "container", "exec", id, ...read], options);
  // A kernel without IPv6 has no second table, and `cat` then exits 1: the first one's heading says that it was read.
  return stdout.includes("local_address") ? stdout : undefined;
}

function counted(connections: number): string {
  return connections === 1 ? "1 connection" : `${connections} connections`;
}
