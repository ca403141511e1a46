import { createServer } from "node:net";
import { run, succeed } from "../../sdk/core/process/index.ts";

/** Below what the kernel gives to outgoing connections: one of those must not sit on a port that Docker is to publish. */
const lowestPort = 20_000;
const portsEach = 480;
const lowestSubnet = 100;
const subnetsEach = 6;
/** Test files run side by side, so each process picks from a plot of its own; these ports of the loopback are their fences. */
const firstFence = 19_000;
const plots = 25;

const deadlineMs = 20_000;
let plot: Promise<number> | undefined;

/** Ports of the loopback that nobody listens on, and that no other test picks. */
export async function freePorts(count: number): Promise<number[]> {
  const first = lowestPort + (await ownPlot()) * portsEach;
  const found = new Set<number>();
  while (found.size < count) {
    const port = first + Math.floor(Math.random() * portsEach);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

/** The first three numbers of a /24 network that no Docker network uses, and that no other test picks. */
export async function freeSubnet(): Promise<string> {
  const first = lowestSubnet + (await ownPlot()) * subnetsEach;
  const used = await usedSubnets();
  for (let number = first; number < first + subnetsEach; number += 1) {
    const subnet = `172.30.${number}`;
    if (!used.includes(`${subnet}.0/`)) return subnet;
  }
  throw new Error(`every test network from 172.30.${first} on is taken`);
}

async function usedSubnets(): Promise<string> {
  const ids = (await succeed(["docker", "network", "ls", "--quiet"], { deadlineMs }))
    .split("\n")
    .filter(Boolean);
  const format = "{{range .IPAM.Config}}{{.Subnet}} {{end}}";
  // One that another test has removed by now makes this fail, and tells of the others nevertheless.
  const argv = ["docker", "network", "inspect", "--format", format, ...ids];
  const { exitCode, stdout, stderr } = await run(argv, { deadlineMs });
  const untold = stderr.split("\n").filter((line) => line !== "" && !/no such network|not found/i.test(line));
  if (exitCode !== 0 && untold.length > 0) throw new Error(stderr);
  return stdout;
}

/** The kernel frees a fence with the process that holds it. */
function ownPlot(): Promise<number> {
  plot ??= (async () => {
    for (let number = 0; number < plots; number += 1) if (await holds(firstFence + number)) return number;
    throw new Error(`${plots} test processes run at once`);
  })();
  return plot;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once("error", () => resolve(false));
  server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  return promise;
}

function holds(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once("error", () => resolve(false));
  server.listen(port, "127.0.0.1", () => resolve(true));
  server.unref();
  return promise;
}
