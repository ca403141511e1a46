import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prove } from "../../../../sdk/jobs/deploy/proof.ts";
import { dockerHost } from "../../../../sdk/platforms/docker-host/index.ts";
import { privateAuthority } from "../../../support/private-authority.ts";
import { rejectionOf } from "../../../support/rejection.ts";
import { siteIn } from "./fake-site.ts";

const root = mkdtempSync(join(tmpdir(), "switchover-front-door-"));
const authority = privateAuthority();
const edge = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  tls: { cert: authority.site.certificate, key: authority.site.key },
  routes: { "/.switchover/environment": new Response("blue\n") },
  fetch: () => new Response("page", { headers: { "x-release": "r2" } }),
});
afterAll(async () => {
  await edge.stop(true);
  authority[Symbol.dispose]();
  rmSync(root, { recursive: true });
});

/** A host whose front door is HTTPS, with the keys that the proxy serves with. */
function hostWith(tls: { ca?: string }) {
  const compose = (project: string) => ({ project, files: ["compose.yml"] });
  const { configuration, values } = siteIn(root, {
    platform: {
      kind: "docker-host",
      environments: { blue: compose("hub-blue"), green: compose("hub-green") },
      shared: { ...compose("hub-shared"), services: ["edge"] },
      proxy: { service: "edge", frontDoor: `https://127.0.0.1:${edge.port}`, markerDirectory: "switch" },
    },
    tls: { certificate: "site.pem", key: "site.key", ...tls },
  });
  return dockerHost(configuration, values, (text) => text);
}

test("a front door of a private authority says what serves, and proves the release", async () => {
  const host = hostWith({ ca: authority.file });
  expect(await host.proxy()).toEqual({ proxy: "up", active: "blue" });
  expect(await prove(host.frontDoor(), "r2")).toMatchObject([
    { ok: true, summary: "Web answers as release r2" },
  ]);
  expect(await prove(host.frontDoor(), "r3")).toMatchObject([{ ok: false, wrongRelease: true }]);
});

test("one whose authority is not named, or is another, proves nothing", async () => {
  for (const host of [hostWith({}), hostWith({ ca: authority.strangers })]) {
    expect(await rejectionOf(host.proxy())).toMatchObject({
      code: "PROXY_DOWN",
      why: expect.stringContaining("certificate"),
      remedy: expect.stringContaining("tls.ca"),
    });
    expect(await prove(host.frontDoor(), "r2")).toMatchObject([{ ok: false, wrongRelease: false }]);
  }
});
