import { afterAll, expect, test } from "bun:test";
import { frontDoorChecks } from "../../../checks/index.ts";
import { parseConfiguration } from "../../../sdk/core/config/index.ts";
import { runChecks } from "../../../sdk/core/finding/index.ts";
import { privateAuthority } from "../../support/private-authority.ts";

const authority = privateAuthority();
const { certificate: cert, key } = authority.site;
const serving = () =>
  Bun.serve<undefined>({
    port: 0,
    hostname: "127.0.0.1",
    tls: { cert, key },
    fetch: (request, server) =>
      server.upgrade(request, { data: undefined })
        ? undefined
        : Response.json({ ok: true }, { headers: { "x-release": "r2" } }),
    websocket: { message: (socket, text) => void socket.send(text) },
  });
const door = serving();
const elsewhere = serving();
afterAll(async () => {
  await Promise.all([door.stop(true), elsewhere.stop(true)]);
  authority[Symbol.dispose]();
});

/** What the front door's set finds, by the ids of its checks. */
async function findings(tls: { ca?: string }, added: object[]): Promise<Record<string, string>> {
  const compose = (project: string) => ({ project, files: ["compose.yml"] });
  const proxy = { service: "edge", frontDoor: `https://127.0.0.1:${door.port}/`, markerDirectory: "switch" };
  const configuration = parseConfiguration(
    {
      project: "shop",
      platform: {
        kind: "docker-host",
        environments: { blue: compose("shop-blue"), green: compose("shop-green") },
        shared: { ...compose("shop-shared"), services: ["edge"] },
        proxy,
      },
      services: [{ name: "api", ports: { blue: 4001, green: 5001 }, frontDoorPath: "/api" }],
      tls: { certificate: "site.pem", key: "site.key", ...tls },
      checks: { frontDoor: added },
    },
    "/srv/shop/config/deployment.config.ts",
  );
  const found = await runChecks(await frontDoorChecks(configuration, "green", "r2"));
  return Object.fromEntries(
    found.map(({ id, status, summary }) => [id, summary.includes("certificate") ? "untrusted" : status]),
  );
}

const endpoint = (of: string, options: object) => ({ check: "http-endpoint", of, options });
const asking = [
  endpoint("page", { url: "{frontDoor}/page" }),
  { check: "websocket", options: { url: "{frontDoor}/socket.io/" } },
  { check: "json-answer", options: { url: "{frontDoor}/infer", expect: { ok: true } } },
  { check: "proxy-routes", options: { frontDoor: "{frontDoor}", routes: [{ path: "/" }] } },
];

test("every check at the front door goes by the configured authority", async () => {
  expect(await findings({ ca: authority.file }, asking)).toEqual({
    "release-answers:api at the front door": "pass",
    "http-endpoint:page": "pass",
    websocket: "pass",
    "json-answer": "pass",
    "proxy-routes": "pass",
  });
});

test("without one, none of them trusts it", async () => {
  expect(new Set(Object.values(await findings({}, asking)))).toEqual(new Set(["untrusted"]));
});

test("a check that names its own authority goes by that, and one that asks elsewhere by the usual ones", async () => {
  const found = await findings({ ca: authority.file }, [
    endpoint("own", { url: "{frontDoor}/", caFile: authority.strangers }),
    endpoint("elsewhere", { url: `https://127.0.0.1:${elsewhere.port}/` }),
    endpoint("elsewhere, named", { url: `https://127.0.0.1:${elsewhere.port}/`, caFile: authority.file }),
  ]);
  expect(found).toMatchObject({
    "http-endpoint:own": "untrusted",
    "http-endpoint:elsewhere": "untrusted",
    "http-endpoint:elsewhere, named": "pass",
  });
});
