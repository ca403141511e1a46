import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Release } from "../../../../sdk/core/release/index.ts";
import { environmentStates } from "../../../../sdk/platforms/docker-host/observe.ts";
import { stop } from "../../../../sdk/platforms/docker-host/retire.ts";
import { stage } from "../../../../sdk/platforms/docker-host/stage.ts";
import type { Work } from "../../../../sdk/platforms/index.ts";
import { compose, containersOf, docker } from "../../../../sdk/systems/docker/index.ts";
import { rejectionOf } from "../../../support/rejection.ts";
import { siteIn } from "../../../unit/platforms/docker-host/fake-site.ts";

const root = mkdtempSync(join(tmpdir(), "switchover-added-"));
const name = `switchover-added-${crypto.randomUUID().slice(0, 8)}`;
const file = join(root, "compose.yml");
const of = (project: string) => ({ project, files: ["compose.yml"], envFiles: [] });
const image = "switchover/bun:1.4.5";
const healthcheck = { test: ["CMD", "true"], interval: "500ms" };
const waits = { image, command: ["sleep", "600"], init: true, network_mode: "bridge", healthcheck };
writeFileSync(file, JSON.stringify({ services: { edge: waits, web: waits, worker: waits } }));

const siteWith = (...others: { name: string }[]) =>
  siteIn(root, {
    // Docker says that they are healthy: nobody asks at the ports, which nobody listens on.
    services: [{ name: "web", ports: { blue: 1, green: 2 }, frontDoorPath: "/" }, ...others],
    platform: {
      kind: "docker-host",
      environments: { blue: of(`${name}-blue`), green: of(`${name}-green`) },
      shared: { ...of(name), services: ["edge"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:9", markerDirectory: "switch" },
    },
  });
const before = siteWith();
const since = siteWith({ name: "worker" });
const work: Work = {
  signal: new AbortController().signal,
  deadlineMs: 60_000,
  note: () => {},
  tool: () => {},
};
const patience = { patienceMs: 0, deadlineMs: 20_000 };
const blue = async () => (await environmentStates(since, patience)).blue;
const standing = async () =>
  (await containersOf(`${name}-blue`, patience)).map(({ service, status }) => `${service} ${status}`).sort();
const names = async () => (await blue()).services.map((service) => service.name);

async function releaseOf(id: string, ...services: string[]): Promise<Release> {
  const content = (await docker(["image", "inspect", "--format", "{{.Id}}", image], patience)).trim();
  const images = Object.fromEntries(services.map((service) => [service, content]));
  return { id, createdAt: "2026-11-20T18:00:00.000Z", images };
}

afterAll(async () => {
  for (const project of [`${name}-blue`, name])
    await compose({ ...before.shared, project }, ["down", "--timeout", "0"], { deadlineMs: 60_000 });
  rmSync(root, { recursive: true });
});

test("a release that was made before a service was configured stands as it was, and a way back leads to it", async () => {
  const first = await releaseOf("1", "web");
  await stage(before, "blue", first, "anew", work);
  expect(await blue()).toMatchObject({ state: "ready", release: "1" });
  expect(await names()).toEqual(["web"]);

  await stage(since, "blue", await releaseOf("2", "web", "worker"), "anew", work);
  expect(await blue()).toMatchObject({ state: "ready", release: "2" });
  expect(await names()).toEqual(["web", "worker"]);

  expect(await rejectionOf(stage(since, "blue", first, "anew", work))).toMatchObject({
    code: "IMAGE_MISSING",
    message: "release 1 has no image for worker",
  });
  expect(await blue()).toMatchObject({ state: "ready", release: "2" });

  await stage(since, "blue", first, "as it is", work);
  expect(await blue()).toMatchObject({ state: "ready", release: "1" });
  expect(await standing()).toEqual(["web running"]);
}, 60_000);

test("a service that was taken out of the configuration stops and starts with its release, and goes with it", async () => {
  const second = await releaseOf("2", "web", "worker");
  await stage(since, "blue", second, "anew", work);
  await stop(before, "blue", work);
  expect(await standing()).toEqual(["web exited", "worker exited"]);
  await stage(before, "blue", second, "as it is", work);
  expect(await standing()).toEqual(["web running", "worker running"]);
  await stage(before, "blue", await releaseOf("3", "web"), "anew", work);
  expect(await standing()).toEqual(["web running"]);
}, 60_000);
