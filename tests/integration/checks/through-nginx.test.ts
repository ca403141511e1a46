import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  httpEndpoint,
  jsonAnswer,
  proxyRoutes,
  releaseAnswers,
  uploadRoundtrip,
  websocket,
} from "../../../checks/index.ts";
import { type ExampleEdge, startExampleEdge } from "../../support/example-edge.ts";
import { type ExampleService, startExampleService } from "../../support/example-service.ts";
import { privateAuthority } from "../../support/private-authority.ts";
import { nginxImage } from "./fixture.ts";

setDefaultTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "switchover-through-nginx-"));
const page = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () => new Response("page", { headers: identity("frontend", "green") }),
});
let green: ExampleService;
let blue: ExampleService;
let ml: ExampleService;
let edge: ExampleEdge;
let upstreams: Parameters<typeof startExampleEdge>[0];

function identity(service: string, environment: string) {
  return { "x-service": service, "x-environment": environment, "x-release": "r2" };
}

beforeAll(async () => {
  await nginxImage();
  [green, blue, ml] = await Promise.all([
    startExampleService("backend", { UPLOADS_DIRECTORY: folder }),
    startExampleService("backend", { SWITCHOVER_ENVIRONMENT: "blue", CELL_HUB_RELEASE: "r1" }),
    startExampleService("ml"),
  ]);
  upstreams = {
    "green-backend": green.port,
    "blue-backend": blue.port,
    "green-ml": ml.port,
    "green-frontend": page.port ?? 0,
  };
  edge = await startExampleEdge(upstreams);
});
afterAll(async () => {
  await Promise.all([edge, green, blue, ml].map((one) => one[Symbol.asyncDispose]()));
  await page.stop(true);
  rmSync(folder, { recursive: true });
});

/** The routes of the proxy, and what answers behind each. */
const routes = [
  { path: "/", service: "frontend" },
  { path: "/api/version", service: "backend" },
  { path: "/api/ml/model", service: "ml" },
  { path: "/api-docs", service: "backend" },
  { path: "/uploads/none", service: "backend", status: 404 },
  { path: "/socket.io/", service: "backend", status: 426 },
  { path: "/.well-known/acme-challenge/none", status: 404, environment: null },
  { path: "/health", environment: null },
];

const look = ({ url }: ExampleEdge) =>
  proxyRoutes({ frontDoor: url, environment: "green", release: "r2", routes });

test("routes that lead to their services in the right environment pass", async () => {
  expect(await look(edge)).toMatchObject({ status: "pass", summary: "8 paths lead where they should" });
});

test("a location that still leads to the old environment fails, and no other", async () => {
  await using stale = await startExampleEdge(upstreams, (server) =>
    server.replace(/(location \/api-docs \{\s+)include [^;]+/, "$1proxy_pass http://backend_blue"),
  );
  const finding = await look(stale);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toBe(
    "/api-docs is answered by environment blue, not green, is answered by release r1, not r2",
  );
});

test("a path that another location takes, and a service that is down, fail", async () => {
  await using odd = await startExampleEdge({ ...upstreams, "green-frontend": 1 }, (server) =>
    server.replace("rewrite ^/api/ml/(.+)$ /api/v1/$1 break;", ""),
  );
  const finding = await look(odd);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("/api/ml/model answers 404, not 2xx");
  expect(finding.summary).toContain("/ answers 502, not 2xx");
});

test("an upload goes through the proxy and back, byte for byte", async () => {
  const finding = await uploadRoundtrip({
    url: `${edge.url}/api/uploads`,
    download: "/uploads/{id}",
    remove: "/api/uploads/{id}",
    size: "2MB",
  });
  expect(finding).toMatchObject({ status: "pass" });
});

const socket = ({ url }: ExampleEdge) => `${url}/socket.io/`;

test("a WebSocket opens through the proxy, greets as the right environment, and outlives a silence", async () => {
  const greeting = { type: "hello", environment: "green", release: "r2" };
  const finding = await websocket({ url: socket(edge), greeting, idle: "1500ms" });
  expect(finding).toMatchObject({ status: "pass" });
  expect(finding.summary).toContain("again after 1.5 s of silence");
  const wrong = await websocket({ url: socket(edge), greeting: { environment: "blue" } });
  expect(wrong.status).toBe("fail");
  expect(wrong.summary).toContain('fails at the greeting: environment is "green", not "blue"');
});

test("a proxy that cuts what is silent is found by a silence, and by nothing else", async () => {
  await using hasty = await startExampleEdge(upstreams, (server) =>
    server.replace("proxy_read_timeout 7d;", "proxy_read_timeout 1s;"),
  );
  expect(await websocket({ url: socket(hasty) })).toMatchObject({ status: "pass" });
  const finding = await websocket({ url: socket(hasty), idle: "2500ms" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("fails at 2.5 s of silence: the connection was cut");
});

test("a proxy that passes no upgrade on fails at once", async () => {
  await using plain = await startExampleEdge(upstreams, (server) =>
    server.replace("proxy_set_header Upgrade $http_upgrade;", ""),
  );
  const finding = await websocket({ url: socket(plain) });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("fails at opening it: it was refused");
});

test("every check that asks the front door goes by a private authority where it is named, and fails without it", async () => {
  using authority = privateAuthority();
  await using secure = await startExampleEdge(upstreams, undefined, authority);
  const { url } = secure;
  const stored = { download: "/uploads/{id}", remove: "/api/uploads/{id}" };
  const looks = (caFile?: string) =>
    Promise.all([
      releaseAnswers({ url: `${url}/api/version`, release: "r2", caFile }),
      httpEndpoint({ url: `${url}/api/version`, caFile }),
      jsonAnswer({ url: `${url}/api/version`, method: "GET", expect: { release: "r2" }, caFile }),
      proxyRoutes({ frontDoor: url, environment: "green", release: "r2", routes, caFile }),
      uploadRoundtrip({ url: `${url}/api/uploads`, ...stored, caFile }),
      websocket({ url: `${url}/socket.io/`, caFile }),
    ]);
  const trusted = await looks(authority.file);
  expect(
    trusted.map(({ id, status, summary }) => (status === "pass" ? "pass" : `${id}: ${summary}`)),
  ).toEqual(Array(6).fill("pass"));
  for (const { status, summary } of await looks())
    expect({ status, summary }).toEqual({ status: "fail", summary: expect.stringMatching(/certificate/) });
});
