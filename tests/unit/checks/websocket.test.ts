import { expect, test } from "bun:test";
import type { WebSocketHandler } from "bun";
import { websocket } from "../../../checks/index.ts";

/** A WebSocket server that behaves as a test wants it to. */
function serving(handler: WebSocketHandler<undefined>) {
  return Bun.serve<undefined>({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) =>
      server.upgrade(request, { data: undefined }) ? undefined : new Response("no", { status: 426 }),
    websocket: handler,
  });
}

const look = (server: { url: URL }, more: Partial<Parameters<typeof websocket>[0]> = {}) =>
  websocket({ url: server.url.href, timeout: "2s", ...more });

test("an echo among other messages passes", async () => {
  using server = serving({
    open: (socket) => void socket.send("somebody joined"),
    message: (socket, text) => {
      socket.send("somebody said something");
      socket.send(text);
    },
  });
  expect(await look(server)).toMatchObject({ status: "pass" });
});

test("an answer that is known by its members passes, another one fails", async () => {
  using server = serving({ message: (socket) => void socket.send('{"type":"pong","at":7}') });
  const ping = { message: '{"type":"ping"}', answer: { type: "pong" }, timeout: "300ms" };
  expect(await look(server, ping)).toMatchObject({ status: "pass" });
  const wrong = await look(server, { ...ping, answer: { type: "welcome" } });
  expect(wrong).toMatchObject({ status: "fail" });
  expect(wrong.summary).toContain("no message came in time");
});

test("what came during the silence is no answer, and too much of it no fault", async () => {
  const talk = (socket: { send(text: string): unknown }) => {
    for (let count = 0; count < 300; count += 1) socket.send('{"type":"pong"}');
  };
  let answers = 1;
  using server = serving({
    message: (socket) => {
      if (answers > 0) {
        socket.send('{"type":"pong"}');
        setTimeout(talk, 50, socket);
      }
      answers -= 1;
    },
  });
  const ping = { message: "ping", answer: { type: "pong" }, idle: "300ms", timeout: "500ms" };
  expect((await look(server, ping)).summary).toContain("fails at 0.3 s of silence: no message came in time");
  answers = 2;
  expect(await look(server, ping)).toMatchObject({ status: "pass" });
});

test("a server that answers something else than was sent fails", async () => {
  using server = serving({ message: (socket, text) => void socket.send(`you said ${String(text)}`) });
  const finding = await look(server, { timeout: "300ms" });
  expect(finding.summary).toContain("fails at the first message: no message came in time");
});

test("one that closes, and one that is no WebSocket, fail with their own words", async () => {
  using closing = serving({ open: (socket) => socket.close(4003, "not for you"), message: () => {} });
  expect((await look(closing)).summary).toContain("closed with code 4003: not for you");
  using plain = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("page") });
  expect((await look(plain)).summary).toContain("fails at opening it");
});

test("one that never answers the request for it fails in time", async () => {
  using silent = Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data: () => {} } });
  const finding = await websocket({ url: `ws://127.0.0.1:${silent.port}/`, timeout: "300ms" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("it did not open in time");
});

test("a message that is too large, and a flood, are not kept", async () => {
  const before = process.memoryUsage().rss;
  using huge = serving({ open: (socket) => void socket.send("x".repeat(20_000_000)), message: () => {} });
  expect((await look(huge)).summary).toContain("the connection was cut");
  using flood = serving({
    open: (socket) => {
      for (let count = 0; count < 5_000; count += 1) socket.send("y".repeat(1_000));
    },
    message: () => {},
  });
  expect(await look(flood)).toMatchObject({ status: "fail" });
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
});
