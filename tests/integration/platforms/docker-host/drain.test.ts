import { afterEach, beforeEach, expect, test } from "bun:test";
import { drain } from "../../../../sdk/platforms/docker-host/drain.ts";
import { docker } from "../../../../sdk/systems/docker/index.ts";
import { untilPasses } from "../../../support/until.ts";
import { siteIn } from "../../../unit/platforms/docker-host/fake-site.ts";
import { goesOn, openProject, type Project } from "../../systems/docker/containers.ts";

let blue: Project;
let shared: Project;
beforeEach(() => {
  blue = openProject();
  shared = openProject();
});
afterEach(async () => {
  await blue[Symbol.asyncDispose]();
  await shared[Symbol.asyncDispose]();
});

function left(): Promise<number | undefined> {
  const compose = ({ name }: { name: string }) => ({ project: name, files: ["compose.yml"], envFiles: [] });
  const site = siteIn("/nowhere", {
    platform: {
      kind: "docker-host",
      environments: { blue: compose(blue), green: compose({ name: `${blue.name}-green` }) },
      shared: { ...compose(shared), services: ["edge"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:8080", markerDirectory: "edge/switch" },
    },
    services: [{ name: "web", frontDoorPath: "/", ports: { blue: 4000, green: 5000 } }],
  });
  const signal = new AbortController().signal;
  return drain(site, "blue", { signal, deadlineMs: 600, note: () => undefined, tool: () => undefined });
}

test("nothing is in flight to what is not there, or has stopped", async () => {
  expect(await left()).toBe(0);
  const { id } = await blue.start("web", [], goesOn);
  await docker(["container", "kill", id], { deadlineMs: 20_000 });
  expect(await left()).toBe(0);
}, 40_000);

test("what is in flight through a proxy that is no container of the project is not known", async () => {
  await blue.start("web", [], goesOn);
  expect(await left()).toBeUndefined();
}, 40_000);

test("what is in flight to a container on the host's own network is not known", async () => {
  await shared.start("edge", [], goesOn);
  await blue.start("web", ["--network", "host"], goesOn);
  expect(await left()).toBeUndefined();
}, 40_000);

test("the proxy's connections are counted, those of IPv6 sockets too, and with the proxy they end", async () => {
  const { name } = await blue.start(
    "web",
    [],
    `Bun.listen({ hostname: "0.0.0.0", port: 80, socket: { data() {} } }); ${goesOn}`,
  );
  const edge = await shared.start("edge", [], goesOn);
  expect(await left()).toBe(0);
  const format = "{{.NetworkSettings.Networks.bridge.IPAddress}}";
  const address = (
    await docker(["container", "inspect", "--format", format, name], { deadlineMs: 20_000 })
  ).trim();
  const connects = `for (const host of ["${address}", "::ffff:${address}"]) require("node:net").connect(80, host); ${goesOn}`;
  await docker(["container", "exec", "--detach", edge.id, "bun", "-e", connects], { deadlineMs: 20_000 });
  await untilPasses(async () => expect(await left()).toBe(2), 20_000);
  await docker(["container", "kill", edge.id], { deadlineMs: 20_000 });
  expect(await left()).toBe(0);
}, 60_000);
