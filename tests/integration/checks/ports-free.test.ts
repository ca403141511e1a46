import { expect, test } from "bun:test";
import { portsFree } from "../../../checks/index.ts";
import { freePorts } from "../../support/free.ts";
import { fixture, until } from "./fixture.ts";

const serving = (port: number, host = "0.0.0.0") =>
  `["bun", "-e", "Bun.serve({ port: ${port}, hostname: '${host}', fetch: () => new Response('ok') })"]`;

const published = (port: number) => `
services:
  web:
    image: switchover/bun:1.4.5
    entrypoint: ${serving(80)}
    ports: ["127.0.0.1:${port}:80"]
    init: true
`;

async function onePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

test("free ports pass", async () => {
  const port = await freePorts(2);
  const finding = await portsFree({ port, project: "switchover-check-test" });
  expect(finding).toMatchObject({ status: "pass", summary: `free: ${port.join(", ")}` });
});

test("a process on the port is named with its id", async () => {
  using server = Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data: () => undefined } });
  const finding = await portsFree({ port: server.port, project: "switchover-check-test" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(`port ${server.port} is held by process ${process.pid} (`);
});

test("a process on every address holds the port, one on another address does not", async () => {
  using everywhere = Bun.listen({ port: 0, hostname: "0.0.0.0", socket: { data: () => undefined } });
  expect(await portsFree({ port: everywhere.port })).toMatchObject({ status: "fail" });
  using elsewhere = Bun.listen({ port: 0, hostname: "127.0.0.2", socket: { data: () => undefined } });
  expect(await portsFree({ port: elsewhere.port })).toMatchObject({ status: "pass" });
});

test("the environment's own container may hold the port; for any other project it is a stranger", async () => {
  const port = await onePort();
  await using on = fixture({ "compose.yml": published(port) });
  await on.up();
  const own = await portsFree({ port, project: on.project });
  expect(own).toMatchObject({ status: "pass", summary: `held by ${on.project} itself: ${port}` });
  const foreign = await portsFree({ port, project: "another" });
  expect(foreign.status).toBe("fail");
  expect(foreign.summary).toContain(`the container ${on.project}-web-1`);
});

test("a container in the host's network is known by its process", async () => {
  const port = await onePort();
  await using on = fixture({
    "compose.yml": `
services:
  web:
    image: switchover/bun:1.4.5
    entrypoint: ${serving(port, "127.0.0.1")}
    network_mode: host
    init: true
`,
  });
  await on.up();
  await until(async () => (await portsFree({ port })).status === "fail");
  expect((await portsFree({ port })).summary).toContain(`the container ${on.project}-web-1`);
  expect(await portsFree({ port, project: on.project })).toMatchObject({ status: "pass" });
});

test("a name instead of an address is refused: no listener would ever meet it", () => {
  expect(() => portsFree.with({ port: 80, address: "localhost" })).toThrow("are not right");
});
