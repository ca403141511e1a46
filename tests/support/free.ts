import { createServer } from "node:net";
import { succeed } from "../../sdk/core/process/index.ts";

/** Below what the kernel gives to outgoing connections: one of those must not sit on a port that Docker is to publish. */
const [lowest, highest] = [20_000, 32_000];

/** Ports of the loopback that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once("error", () => resolve(false));
  server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  return promise;
}

/** The first three numbers of a /24 network that no Docker network uses. */
export async function freeSubnet(): Promise<string> {
  const ids = (await succeed(["docker", "network", "ls", "--quiet"], { deadlineMs: 20_000 }))
    .split("\n")
    .filter(Boolean);
  const format = "{{range .IPAM.Config}}{{.Subnet}} {{end}}";
  const used = await succeed(["docker", "network", "inspect", "--format", format, ...ids], {
    deadlineMs: 20_000,
  });
  const first = 100 + Math.floor(Math.random() * 100);
  for (let offset = 0; offset < 150; offset += 1) {
    const subnet = `172.30.${100 + ((first - 100 + offset) % 150)}`;
    if (!used.includes(`${subnet}.0/`)) return subnet;
  }
  throw new Error("every test network is taken");
}
