import { connect } from "node:net";
import { Failure } from "../../core/errors/index.ts";
import { seconds } from "../../core/text/index.ts";
import { containersOf } from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";
import type { Site } from "./site.ts";
import { commandOptions } from "./work.ts";

const betweenTriesMs = 200;
const tryMs = 1_000;
const portsInside = { database: 5432, redis: 6379 } as const;

/**
 * Waits until the database and Redis take connections, where their containers have just been started and have no health
 * check: a new database makes its files first, and its container runs long before it answers.
 *
 * @throws Failure DEADLINE_EXCEEDED
 */
export async function untilServersTakeConnections(
  site: Site,
  started: readonly string[],
  work: Work,
): Promise<void> {
  const { database, redis } = site.configuration;
  const ports = new Map([
    ...(database.mode === "shared" ? [[database.service, portsInside.database] as const] : []),
    [redis?.service, portsInside.redis] as const,
  ]);
  const containers = await containersOf(site.shared.project, commandOptions(work));
  await Promise.all(
    containers.map(async ({ name, service, health, addresses: [host] }) => {
      const port = ports.get(service);
      if (port === undefined || host === undefined || health !== "none" || !started.includes(service)) return;
      work.note(`${service} has no health check: waiting until it takes connections`);
      await untilTakesConnections({ name, service, host, port }, work);
    }),
  );
}

/** @throws Failure DEADLINE_EXCEEDED */
export async function untilTakesConnections(
  { name, service, host, port }: { name: string; service: string; host: string; port: number },
  work: Work,
): Promise<void> {
  const giveUpAt = performance.now() + work.deadlineMs;
  while (!(await takesConnections(host, port))) {
    work.signal.throwIfAborted();
    if (performance.now() >= giveUpAt) {
      throw new Failure("DEADLINE_EXCEEDED", {
        message: `${service} took no connection at ${host}:${port} within ${seconds(work.deadlineMs)}`,
        remedy: `read its log: docker logs --tail 50 ${name}`,
        details: { service },
      });
    }
    await Bun.sleep(betweenTriesMs);
  }
}

function takesConnections(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: tryMs });
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  socket.once("timeout", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
