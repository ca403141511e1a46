import { expect, test } from "bun:test";
import { isReady, readiness } from "../../../../sdk/systems/docker/index.ts";
import { container } from "./container.ts";

const statuses = ["created", "running", "paused", "restarting", "removing", "exited", "dead"] as const;
const healths = ["none", "starting", "healthy", "unhealthy"] as const;

const judged = (changes: Parameters<typeof container>[0]) => readiness(["web"], [container(changes)]);
const reason = (changes: Parameters<typeof container>[0]) => {
  const now = judged(changes);
  return now.state === "failed" ? now.reason : now.state;
};

test("of all states only a running container that is healthy, or has no health check, is ready", () => {
  const ready = statuses.flatMap((status) =>
    healths.filter((health) => isReady(container({ status, health }))).map((health) => `${status} ${health}`),
  );
  expect(ready).toEqual(["running none", "running healthy"]);
});

test("readiness and being ready never disagree", () => {
  for (const status of statuses)
    for (const health of healths)
      expect(judged({ status, health }).state === "ready").toBe(isReady(container({ status, health })));
});

test("unhealthy is never taken for healthy, and tells what the health check said", () => {
  const probes = [{ Start: "", End: "", ExitCode: 1, Output: "no database\n" }];
  expect(reason({ health: "unhealthy", probes })).toBe(
    'is unhealthy: its health check exited 1, saying "no database"',
  );
  expect(reason({ health: "unhealthy" })).toBe("is unhealthy");
});

test.each([
  [{ health: "starting" }],
  [{ status: "created" }],
  [{ status: "paused" }],
  [{ status: "restarting" }],
  [{ status: "removing" }],
] as const)("%o is waited for", (changes) => {
  expect(judged(changes)).toEqual({ state: "waiting", on: ["web"] });
});

test("a container that the daemon cannot start has failed, in the daemon's words", () => {
  expect(reason({ status: "created", health: "none", error: "port is already allocated" })).toBe(
    "could not be started: port is already allocated",
  );
});

test("a container that ended and is not restarted has failed", () => {
  expect(reason({ status: "exited", exitCode: 0 })).toBe("exited with code 0");
  expect(reason({ status: "exited", exitCode: 3 })).toBe("exited with code 3");
  expect(reason({ status: "dead", exitCode: 137 })).toBe("exited with code 137");
  expect(reason({ status: "exited", exitCode: 0, restartPolicy: "on-failure" })).toBe("exited with code 0");
});

test("a container that ended and will be restarted is waited for", () => {
  for (const restartPolicy of ["always", "unless-stopped"])
    expect(judged({ status: "exited", exitCode: 0, restartPolicy }).state).toBe("waiting");
  expect(judged({ status: "exited", exitCode: 1, restartPolicy: "on-failure" }).state).toBe("waiting");
});

test("a container that keeps dying is given up, running or not", () => {
  expect(judged({ status: "restarting", restarts: 2 }).state).toBe("waiting");
  expect(reason({ status: "restarting", restarts: 3, exitCode: 1 })).toBe(
    "died 3 times, last with exit code 1",
  );
  expect(reason({ status: "running", restarts: 3 })).toStartWith("died 3 times");
});

test("a container that was killed for want of memory has failed, and says so", () => {
  expect(reason({ status: "exited", outOfMemory: true, exitCode: 137, restartPolicy: "always" })).toBe(
    "was killed for want of memory (exit code 137)",
  );
});

test("a service without a container has failed", () => {
  expect(readiness(["web", "ml"], [container()])).toMatchObject({
    state: "failed",
    service: "ml",
    reason: "has no container",
  });
});

test("all services must be ready, and the ones that are not are named", () => {
  const starting = container({ service: "ml", health: "starting" });
  expect(readiness(["web", "ml"], [container(), starting])).toEqual({ state: "waiting", on: ["ml"] });
  expect(readiness(["web", "ml"], [container(), container({ service: "ml" })])).toEqual({ state: "ready" });
});

test("containers of other services say nothing", () => {
  const stranger = container({ service: "webhook", health: "unhealthy" });
  expect(readiness(["web"], [container(), stranger])).toEqual({ state: "ready" });
});

test("every container of a service counts, in whatever order", () => {
  const dead = container({ status: "exited", exitCode: 1 });
  const late = container({ health: "starting" });
  for (const replicas of [
    [dead, container()],
    [container(), dead],
  ])
    expect(readiness(["web"], replicas)).toMatchObject({ state: "failed", container: dead });
  for (const replicas of [
    [late, container()],
    [container(), late],
  ])
    expect(readiness(["web"], replicas)).toEqual({ state: "waiting", on: ["web"] });
  expect(readiness(["web"], [container(), container()])).toEqual({ state: "ready" });
});
