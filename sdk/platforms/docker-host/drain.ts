import type { Environment } from "../../core/release/index.ts";
import { containersOf, runAgainstDaemon } from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";
import { establishedTo } from "./connections.ts";
import type { Site } from "./site.ts";
import { commandOptions, daemonPatienceMs } from "./work.ts";

const betweenLooksMs = 250;

/**
 * Waits until the proxy holds no connection to the environment's containers any more, by the proxy's own table of
 * connections. Gives how many were left at the deadline: 0 means that every request and WebSocket ended by itself, and
 * undefined that the proxy's image has no `cat` to look with.
 */
export async function drain(site: Site, environment: Environment, work: Work): Promise<number | undefined> {
  const giveUpAt = Date.now() + work.deadlineMs;
  let left = await connections(site, environment, work);
  while (left !== 0 && Date.now() < giveUpAt) {
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
  const addresses = ours
    .filter(({ service }) => services.includes(service))
    .flatMap((container) => container.addresses);
  const proxy = shared.find(
    ({ service, status }) => service === site.values.proxy.service && status === "running",
  );
  if (proxy === undefined || addresses.length === 0) return 0;
  const table = await runAgainstDaemon(
    ["docker", "container", "exec", proxy.id, "cat", "/proc/net/tcp"],
    options,
  );
  return table.exitCode === 0 ? establishedTo(addresses, table.stdout) : undefined;
}

function counted(connections: number): string {
  return connections === 1 ? "1 connection" : `${connections} connections`;
}
