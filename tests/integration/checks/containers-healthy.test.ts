import { expect, test } from "bun:test";
import { containersHealthy } from "../../../checks/index.ts";
import { containersOf, docker } from "../../../sdk/systems/docker/index.ts";
import { freePorts } from "../../support/free.ts";
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

test("a worker that was killed for want of memory fails, though its container goes on", async () => {
  const worker = "sleep 1; tail /dev/zero; sleep 600";
  await using on = fixture({
    "compose.yml": service(worker, "mem_limit: 16m\n    memswap_limit: 16m"),
  });
  await on.up();
  await until(async () => (await containersHealthy({ project: on.project })).status === "fail");
  const finding = await containersHealthy({ project: on.project });
  expect(finding.summary).toContain("a process in");
  expect(finding.summary).toContain("was killed for want of memory once");
  expect((await find(on.project))[0]).toMatchObject({ status: "running", outOfMemory: false });
  const watched = await containersHealthy({ project: on.project, window: "200ms" });
  expect(watched.status).toBe("warn");
});

test("one that has died fails; where it is watched, only if it dies again, and is a warning otherwise", async () => {
  const once = "test -e /second && sleep 600; touch /second; exit 7";
  await using on = fixture({ "compose.yml": service(once, "restart: always") });
  await on.up();
  await until(async () => {
    const [container] = await find(on.project);
    return container?.status === "running" && container.restarts === 1;
  });
  expect((await containersHealthy({ project: on.project })).status).toBe("fail");
  const steady = await containersHealthy({ project: on.project, window: "300ms" });
  expect(steady.status).toBe("warn");
  expect(steady.summary).toContain("has died and been restarted once");
  const looking = containersHealthy({ project: on.project, window: "5s" });
  await killAgainAndAgain(on.project, looking);
  const dying = await looking;
  expect(dying.status).toBe("fail");
  expect(dying.summary).toMatch(/been restarted \d+ times|is restarting/);
});

/** Its first process dies by a signal from outside, which Docker takes for a death, and starts it again. */
async function killAgainAndAgain(project: string, looking: Promise<unknown>): Promise<void> {
  while ((await Promise.race([looking, Bun.sleep(200)])) === undefined) {
    const [container] = await find(project);
    if (container?.status === "running") Bun.spawnSync(["kill", "-KILL", String(container.pid)]);
  }
}

/** A service that runs, beside others. */
const beside = (others: string, more = "") => `${service("sleep 600", more)}${others}`;
const ending = (name: string, code: number, more = "") => `
  ${name}:
    image: switchover/debian:bookworm
    entrypoint: ["sh", "-c", "exit ${code}"]
    ${more}
`;
const ended = async (project: string, name: string) =>
  (await find(project)).find(({ service: one }) => one === name)?.status === "exited";

test("a job that has ended well passes, and is named; by its policy, or by what waits for its end", async () => {
  const waits = "depends_on: { migrate: { condition: service_completed_successfully } }";
  await using on = fixture({
    "compose.yml": beside(`${ending("migrate", 0)}${ending("seed", 0, 'restart: "no"')}`, waits),
  });
  await on.up();
  await until(() => ended(on.project, "seed"));
  const finding = await containersHealthy({ project: on.project });
  expect(finding.summary).toBe(
    "1 run and are healthy (web without a health check); ended with 0, as a job does: migrate, seed",
  );
  expect(finding.status).toBe("pass");
  expect(await containersHealthy({ project: on.project, services: ["migrate", "web"] })).toMatchObject({
    status: "pass",
  });
  const meantToRun = await containersHealthy({ project: on.project, services: ["seed"] });
  expect(meantToRun.summary).toBe(`${on.project}-seed-1 is exited, exit code 0`);
  await docker(["stop", "--time", "0", `${on.project}-web-1`], { deadlineMs: 30_000 });
  expect(await containersHealthy({ project: on.project })).toMatchObject({ status: "fail" });
});

test("a job that has failed fails, and so does what ended with 0 and was to be reached, or looked at", async () => {
  const [port = 0] = await freePorts(1);
  const [job, door, probed] = [
    ending("migrate", 3, 'restart: "no"'),
    ending("door", 0, `restart: "no"\n    ports: ["127.0.0.1:${port}:80"]`),
    ending("probed", 0, `restart: "no"\n    ${healthcheck("true")}`),
  ];
  await using on = fixture({ "compose.yml": beside(`${job}${door}${probed}`) });
  await on.up();
  for (const name of ["migrate", "door", "probed"]) await until(() => ended(on.project, name));
  const finding = await containersHealthy({ project: on.project });
  expect(finding.status).toBe("fail");
  expect(finding.summary.split("; ").sort()).toEqual([
    `${on.project}-door-1 is exited, exit code 0`,
    `${on.project}-migrate-1 is exited, exit code 3`,
    `${on.project}-probed-1 is exited, exit code 0`,
  ]);
});

test("a project without any container fails", async () => {
  const finding = await containersHealthy({ project: "switchover-check-test-nothing" });
  expect(finding).toMatchObject({ status: "fail" });
});
