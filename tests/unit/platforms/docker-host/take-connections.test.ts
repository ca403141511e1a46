import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { asFailure } from "../../../../sdk/core/errors/index.ts";
import { untilTakesConnections } from "../../../../sdk/platforms/docker-host/take-connections.ts";

const work = (deadlineMs: number) => ({
  signal: new AbortController().signal,
  deadlineMs,
  note: () => {},
  tool: () => {},
});
const server = { name: "shop-db-1", service: "db", host: "127.0.0.1" };

test("a server that listens late is waited for, and one that never does has a deadline", async () => {
  const probe = Bun.listen({ hostname: server.host, port: 0, socket: { data: () => {} } });
  const { port } = probe;
  probe.stop(true);

  const failure = await untilTakesConnections({ ...server, port }, work(1)).catch(asFailure);
  expect(failure).toMatchObject({ code: "DEADLINE_EXCEEDED", details: { service: "db" } });
  expect(asFailure(failure).remedy).toContain("docker logs --tail 50 shop-db-1");

  let listens = false;
  const late = createServer();
  setTimeout(() => late.listen(port, server.host, () => (listens = true)), 300);
  await untilTakesConnections({ ...server, port }, work(60_000));
  expect(listens).toBe(true);
  late.close();
});
