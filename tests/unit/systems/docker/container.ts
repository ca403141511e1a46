import type { Container } from "../../../../sdk/systems/docker/index.ts";

/** A container that runs and is healthy, but for what a test says. */
export function container(changes: Partial<Container> = {}): Container {
  return {
    id: "c0ffee",
    name: "hub-green-web-1",
    service: "web",
    image: "sha256:1",
    labels: {},
    status: "running",
    health: "healthy",
    probes: [],
    exitCode: 0,
    outOfMemory: false,
    error: "",
    restarts: 0,
    restartPolicy: "no",
    startedAt: "2026-11-20T18:02:27.000Z",
    finishedAt: "0001-01-01T00:00:00Z",
    addresses: ["172.30.0.5"],
    networks: ["hub"],
    environment: [],
    user: "",
    workingDirectory: "/",
    pid: 4711,
    ports: [],
    publishes: false,
    extraHosts: [],
    ...changes,
  };
}
