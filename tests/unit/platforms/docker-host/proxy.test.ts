import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askProxy } from "../../../../sdk/platforms/docker-host/proxy.ts";
import { siteIn } from "./fake-site.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "switchover-proxy-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function asked(frontDoor: string) {
  const compose = (project: string) => ({ project, files: ["compose.yml"], envFiles: [] });
  const site = siteIn(root, {
    platform: {
      kind: "docker-host",
      environments: { blue: compose("hub-blue"), green: compose("hub-green") },
      shared: { ...compose("hub-shared"), services: ["edge"] },
      proxy: { service: "edge", frontDoor, markerDirectory: "switch" },
    },
  });
  return askProxy(site).catch((error: unknown) => error);
}

/** Something that accepts connections, and does this with each. */
async function listening(each: (socket: Socket) => void): Promise<AsyncDisposable & { port: number }> {
  const server: Server = createServer(each);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return { port: address.port, [Symbol.asyncDispose]: async () => void server.close() };
}

const isDown = {
  proxy: "down",
  active: "blue",
  start: expect.stringMatching(/ -p hub-shared .* up -d --no-deps edge$/),
};

test("where nobody listens the proxy is down, and the marker decides", async () => {
  const { port } = await (async () => {
    await using gone = await listening(() => undefined);
    return { port: gone.port };
  })();
  expect(await asked(`http://127.0.0.1:${port}`)).toEqual(isDown);
});

test("a published port with nobody behind it is a proxy that is down", async () => {
  await using resetting = await listening((socket) => void socket.resetAndDestroy());
  expect(await asked(`http://127.0.0.1:${resetting.port}`)).toEqual(isDown);
});

test("one that is there and does not answer in time is no proxy that is down", async () => {
  await using hanging = await listening((socket) => void setTimeout(() => socket.destroy(), 4_000));
  const thrown = await asked(`http://127.0.0.1:${hanging.port}`);
  expect(thrown).toMatchObject({ code: "PROXY_DOWN", why: "no answer within 2000 ms" });
}, 10_000);

test("one that does not speak TLS as configured is no proxy that is down", async () => {
  await using plain = await listening((socket) => {
    socket.on("error", () => undefined).on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  expect(await asked(`https://127.0.0.1:${plain.port}`)).toMatchObject({ code: "PROXY_DOWN" });
});
