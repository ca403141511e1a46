import { expect, test } from "bun:test";
import { containersHealthy } from "../../../checks/index.ts";
import { containersOf } from "../../../sdk/systems/docker/index.ts";
import { fixture, until } from "./fixture.ts";

const service = (shell: string, more = "") => `
services:
  web:
    image: switchover/debian:bookworm
    entrypoint: ["sh", "-c", ${JSON.stringify(shell)}]
    init: true
    ${more}
`;

const healthcheck = (test: string) =>
  `healthcheck: { test: ["CMD", "${test}"], interval: 500ms, retries: 1, start_period: 0s }`;

const find = (project: string) => containersOf(project, { deadlineMs: 10_000 });

test("a container that runs and is healthy passes", async () => {
  await using on = fixture({ "compose.yml": service("sleep 600", healthcheck("true")) });
  await on.up();
  await until(async () => (await find(on.project))[0]?.health === "healthy");
  expect(await containersHealthy({ project: on.project, services: ["web"] })).toMatchObject({
    status: "pass",
  });
});

test("an unhealthy one fails, and so does a service without a container", async () => {
  await using on = fixture({ "compose.yml": service("sleep 600", healthcheck("false")) });
  await on.up();
  await until(async () => (await find(on.project))[0]?.health === "unhealthy");
  const finding = await containersHealthy({ project: on.project, services: ["web", "ml"] });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("web-1 is unhealthy");
  expect(finding.summary).toContain("ml has no container");
  expect(finding.remedy).toContain("docker logs");
});

test("one that has died and runs again fails", async () => {
  const once = "test -e /second && sleep 600; touch /second; exit 7";
  await using on = fixture({ "compose.yml": service(once, "restart: always") });
  await on.up();
  await until(async () => {
    const [container] = await find(on.project);
    return container?.status === "running" && container.restarts === 1;
  });
  const finding = await containersHealthy({ project: on.project });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("has died and been restarted once");
});

test("one that ran out of memory fails for that", async () => {
  const glutton = "sleep 1; tail /dev/zero";
  await using on = fixture({
    "compose.yml": service(glutton, "mem_limit: 16m\n    memswap_limit: 16m"),
  });
  await on.up();
  await until(async () => (await find(on.project))[0]?.status === "exited");
  const finding = await containersHealthy({ project: on.project });
  expect(finding.summary).toContain("ran out of memory");
});

test("a project without any container fails", async () => {
  const finding = await containersHealthy({ project: "switchover-check-test-nothing" });
  expect(finding).toMatchObject({ status: "fail" });
});
