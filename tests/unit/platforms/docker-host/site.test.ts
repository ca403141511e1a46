import { expect, test } from "bun:test";
import { directAddresses } from "../../../../sdk/platforms/docker-host/probe.ts";
import { siteIn } from "./fake-site.ts";

const site = siteIn("/srv/hub");

test("relative paths start from the project, absolute ones stay, and Compose starts from its first file's folder", () => {
  expect(site.project("green")).toEqual({
    project: "hub-green",
    files: ["/srv/hub/compose/hub.yml", "/etc/hub/more.yml"],
    envFiles: ["/srv/hub/env/hub-green"],
    directory: "/srv/hub/compose",
  });
  expect(site.markerDirectory).toBe("/srv/hub/edge/switch");
});

test("what both environments use is a project of its own", () => {
  expect(site.shared).toMatchObject({ project: "hub-shared", services: ["edge"] });
});

test("a service is called in each environment what its Compose file calls it", () => {
  expect(site.members("blue")).toEqual([
    { name: "Web", composeService: "blue-web" },
    { name: "worker", composeService: "worker" },
  ]);
  expect(site.members("green")[0]?.composeService).toBe("green-web");
});

test("only services with ports are asked past the proxy, each at its environment's own", () => {
  expect(directAddresses(site, "green")).toEqual([
    { service: "Web", health: "http://127.0.0.1:5000/health", timeoutMs: 2_000, releaseHeader: "x-release" },
  ]);
});
