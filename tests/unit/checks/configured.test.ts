import { expect, test } from "bun:test";
import { frontDoorChecks, postDeploymentChecks, preDeploymentChecks } from "../../../checks/index.ts";
import { parseConfiguration } from "../../../sdk/core/config/index.ts";

function configurationWith(checks: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const compose = (project: string) => ({ project, files: ["compose.yml"] });
  const input = {
    project: "shop",
    platform: {
      kind: "docker-host",
      environments: { blue: compose("shop-blue"), green: compose("shop-green") },
      shared: { ...compose("shop-shared"), services: ["edge"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:8080/", markerDirectory: "switch" },
    },
    services: [{ name: "api", ports: { blue: 4001, green: 5001 }, frontDoorPath: "/api" }],
    checks,
    ...more,
  };
  return parseConfiguration(input, "/srv/shop/config/deployment.config.ts");
}

const before = async (checks: Record<string, unknown>) =>
  preDeploymentChecks(configurationWith(checks), "green");
const ids = (checks: readonly { id: string }[]) => checks.map(({ id }) => id);

test("a configuration leaves checks out, by all their looks or one", async () => {
  const all = ids(await before({}));
  const less = ids(await before({ leaveOut: ["memory", "ports-free:front door"] }));
  expect(all).toContain("ports-free:green");
  expect(less).toEqual(all.filter((id) => id !== "memory" && id !== "ports-free:front door"));
});

test("a configuration tunes options and deadlines, for all looks of a check or for one", async () => {
  const tune = {
    memory: { options: { minimum: "900TB" }, deadline: "7s" },
    "ports-free": { deadline: "2s" },
    "ports-free:green": { deadline: "3s" },
  };
  const checks = await before({ tune });
  const found = (id: string) => checks.find((check) => check.id === id);
  expect(found("memory")?.deadlineMs).toBe(7_000);
  const look = await found("memory")?.look({
    signal: new AbortController().signal,
    deadlineMs: 1_000,
    hide: () => {},
  });
  expect(look?.summary).toContain("900 TB are wanted");
  expect(found("ports-free:front door")?.deadlineMs).toBe(2_000);
  expect(found("ports-free:green")?.deadlineMs).toBe(3_000);
});

test("the share of the processors that may be busy is the configuration's, and only warned of", async () => {
  const configuration = configurationWith({}, { resources: { cpuPercent: 37 } });
  const [check] = (await preDeploymentChecks(configuration, "green")).filter(
    ({ id }) => id === "processor-load",
  );
  const look = (tuned = check) =>
    tuned?.look({ signal: new AbortController().signal, deadlineMs: 1_000, hide: () => {} });
  expect((await look())?.evidence).toMatchObject({ maximum: 37 });
  const tooBusy = await look(check?.tuned({ options: { maximum: 1e-9 } }));
  // A machine that did nothing at all for a minute has nothing to be warned of.
  expect(tooBusy?.status).toBe(tooBusy?.evidence?.["lastMinute"] === 0 ? "pass" : "warn");
});

test("a configuration adds checks, and the environment's values stand where it names them", async () => {
  const configuration = configurationWith({
    before: [{ check: "disk-space", of: "uploads", options: { path: "{root}/uploads" }, deadline: "9s" }],
    after: [
      {
        check: "release-answers",
        of: "own",
        options: { url: "{direct.api}/own/{environment}", release: "{release}" },
      },
    ],
    frontDoor: [{ check: "http-endpoint", of: "login", options: { url: "{frontDoor}/login", status: 200 } }],
  });
  const [pre, post, door] = await Promise.all([
    preDeploymentChecks(configuration, "green"),
    postDeploymentChecks(configuration, "green", "r2"),
    frontDoorChecks(configuration, "green", "r2"),
  ]);
  expect(pre.at(-1)).toMatchObject({ id: "disk-space:uploads", deadlineMs: 9_000 });
  expect(ids(post)).toContain("release-answers:own");
  expect(ids(door)).toEqual(["release-answers:api at the front door", "http-endpoint:login"]);
});

test("values are filled in for the environment that is looked at", async () => {
  const asked: string[] = [];
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      asked.push(new URL(request.url).pathname);
      return new Response("", { headers: { "x-release": "r2" } });
    },
  });
  const url = `http://127.0.0.1:${server.port}/{environment}/{project}/{other}`;
  const configuration = configurationWith({
    after: [{ check: "release-answers", of: "own", options: { url, release: "{release}", requests: 1 } }],
  });
  const checks = await postDeploymentChecks(configuration, "green", "r2");
  const look = await checks
    .find(({ id }) => id === "release-answers:own")
    ?.look({ signal: new AbortController().signal, deadlineMs: 5_000, hide: () => {} });
  expect(look?.status).toBe("pass");
  expect(asked.map(decodeURI)).toEqual(["/green/shop-green/{other}"]);
});

test.each([
  [{ leaveOut: ["memroy"] }, 'checks.leaveOut.0: no check around a deployment is called "memroy"'],
  [
    { tune: { "ports-free:red": {} } },
    'checks.tune: no check around a deployment is called "ports-free:red"',
  ],
  [
    { tune: { memory: { options: { minimun: 1 } } } },
    "checks.tune.memory: the options of the check memory are not right",
  ],
  [{ after: [{ check: "http-endpont" }] }, 'checks.after.0.check: there is no check "http-endpont"'],
  [
    { after: [{ check: "http-endpoint", options: { url: 7 } }] },
    "checks.after.0.options: the options of the check http-endpoint are not right",
  ],
  [
    { frontDoor: [{ check: "http-endpoint", options: { url: "{direct.web}/" } }] },
    "checks: {direct.web} is no address of a service",
  ],
])("before anything changes, a mistake in it is refused with its place: %j", async (checks, message) => {
  const thrown = await before(checks).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "CONFIG_INVALID", exitCode: 2, message });
});

test("a deadline that is no time, or longer than a timer runs, is refused when the configuration is read", () => {
  for (const deadline of ["soon", "30d"])
    expect(() => configurationWith({ tune: { memory: { deadline } } })).toThrow("has a mistake");
});
