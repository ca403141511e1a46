import { expect, test } from "bun:test";
import { assertMadeOf } from "../../../../sdk/platforms/docker-host/made-of.ts";
import { directAddresses } from "../../../../sdk/platforms/docker-host/probe.ts";
import { siteOfRelease } from "../../../../sdk/platforms/docker-host/site.ts";
import { rejectionOf } from "../../../support/rejection.ts";
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

const madeOf = (...services: string[]) => ({
  id: "1",
  createdAt: "2026-11-20T18:00:00.000Z",
  images: Object.fromEntries(services.map((service) => [service, "sha256:1"])),
});
const wantedOf = (...services: string[]) =>
  siteOfRelease(site, madeOf(...services))
    .members("blue")
    .map(({ name }) => name);

test("of a release only what it was made of is wanted, unless that may be called otherwise by now", () => {
  expect(wantedOf("Web")).toEqual(["Web"]);
  expect(wantedOf("Web", "worker")).toEqual(["Web", "worker"]);
  expect(wantedOf("Web", "queue")).toEqual(["Web", "worker"]);
  expect(wantedOf("queue")).toEqual(["Web", "worker"]);
  expect(wantedOf()).toEqual(["Web", "worker"]);
});

test("a release is not made again without a service that may have been renamed since", async () => {
  const release = madeOf("Web", "queue");
  const members = siteOfRelease(site, release).members("blue");
  expect(await rejectionOf(assertMadeOf(release, members))).toMatchObject({
    code: "IMAGE_MISSING",
    message: "release 1 has no image for worker",
    why: "it was made of Web, queue",
    remedy: expect.stringContaining("name queue in the configuration again"),
  });
});
