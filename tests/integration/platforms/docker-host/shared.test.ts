import { afterAll, afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startShared } from "../../../../sdk/platforms/docker-host/shared.ts";
import type { Work } from "../../../../sdk/platforms/index.ts";
import { compose } from "../../../../sdk/systems/docker/index.ts";
import { startListener } from "../../../support/http-listener.ts";
import { rejectionOf } from "../../../support/rejection.ts";
import { siteIn } from "../../../unit/platforms/docker-host/fake-site.ts";

const root = mkdtempSync(join(tmpdir(), "switchover-shared-"));
const name = `switchover-shared-${crypto.randomUUID().slice(0, 8)}`;
const of = (project: string) => ({ project, files: ["compose.yml"], envFiles: [] });
const { configuration, ...site } = siteIn(root, {
  platform: {
    kind: "docker-host",
    environments: { blue: of(`${name}-blue`), green: of(`${name}-green`) },
    shared: { ...of(name), services: ["edge"] },
    proxy: { service: "edge", frontDoor: "http://127.0.0.1:9", markerDirectory: "switch" },
  },
});
const work: Work = {
  signal: new AbortController().signal,
  deadlineMs: 60_000,
  note: () => {},
  tool: () => {},
};

afterEach(() => compose(site.shared, ["down", "--timeout", "0"], { deadlineMs: 60_000 }));
afterAll(() => rmSync(root, { recursive: true }));

/** What becomes of a shared service that is written like this. */
function started(text: string) {
  const service = `image: switchover/bun:1.4.5\n    network_mode: bridge\n    ${text}`;
  writeFileSync(join(root, "compose.yml"), `services:\n  edge:\n    ${service}\n`);
  return rejectionOf(startShared({ configuration, ...site }, work));
}

test("a shared service that does not stay up is told as such, which says nothing of the release", async () => {
  const neverReady = 'healthcheck: { test: ["CMD", "false"], retries: 100 }';
  expect(await started(`command: ["sh", "-c", "exit 3"]\n    ${neverReady}`)).toMatchObject({
    code: "SHARED_NOT_STARTED",
    exitCode: 1,
    message: "edge, which both environments share, exited with code 3",
    remedy: expect.stringContaining("logs --tail 50 edge"),
  });
});

test("one whose port another process holds is told with Docker's words", async () => {
  using holder = startListener();
  const { port } = new URL(holder.url);
  expect(await started(`ports: ["127.0.0.1:${port}:80"]`)).toMatchObject({
    code: "SHARED_NOT_STARTED",
    message: "the shared services edge could not be started",
    why: expect.stringContaining(port),
  });
});
