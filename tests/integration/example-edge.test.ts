import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { type ExampleEdge, startExampleEdge, type Upstream } from "../support/example-edge.ts";
import { nginxImage } from "./checks/fixture.ts";

setDefaultTimeout(60_000);

/** What reached a service, in all that nginx may have made of it. */
interface Reached {
  upstream: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

const environments = ["blue", "green"] as const;
let arrived = Promise.withResolvers<void>();

/** A service that tells what reached it, and opens any WebSocket. */
function echo(upstream: Upstream) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    websocket: { message: (socket, message) => void socket.send(message) },
    async fetch(received, server) {
      arrived.resolve();
      if (server.upgrade(received)) return undefined;
      const { pathname, search } = new URL(received.url);
      const reached: Reached = {
        upstream,
        method: received.method,
        path: pathname + search,
        headers: received.headers.toJSON(),
        body: await received.text(),
      };
      return Response.json(reached);
    },
  });
}

const upstreams: Upstream[] = [
  "blue-frontend",
  "blue-backend",
  "blue-ml",
  "green-frontend",
  "green-backend",
  "green-ml",
];
const services = upstreams.map((upstream) => ({ upstream, server: echo(upstream) }));
let edge: ExampleEdge;

beforeAll(async () => {
  await nginxImage();
  edge = await startExampleEdge(
    Object.fromEntries(services.map(({ upstream, server }) => [upstream, server.port])),
  );
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await Promise.all(services.map(({ server }) => server.stop(true)));
});

async function reachedBy(path: string, init?: RequestInit): Promise<Reached> {
  const answer = await fetch(edge.url + path, { ...init, signal: AbortSignal.timeout(20_000) });
  return (await answer.json()) as Reached;
}

/** One of each location, with whatever is easily lost on the way. */
const asked: { path: string; service: string; at?: string; method?: string; body?: string }[] = [
  { path: "/", service: "frontend" },
  { path: "/a/page?of=one%20kind", service: "frontend" },
  { path: "/assets/of-this-release.js?v=1", service: "frontend" },
  { path: "/api/segmentations?limit=1&name=%2e", service: "backend" },
  { path: "/api/a%2Fb", service: "backend", method: "PUT", body: "hello" },
  { path: "/api/uploads?name=a.png", service: "backend", method: "POST", body: "hello" },
  { path: "/api/uploads/7", service: "backend", method: "DELETE" },
  { path: "/uploads/7", service: "backend" },
  { path: "/api-docs", service: "backend" },
  { path: "/socket.io/?transport=polling", service: "backend" },
  { path: "/api/ml/infer?fast=1", at: "/api/v1/infer?fast=1", service: "ml", method: "POST", body: "{}" },
  { path: "/api/ml/models/a%20b", at: "/api/v1/models/a%20b", service: "ml" },
];

test("each location passes on the same, whichever environment serves", async () => {
  const [blue, green] = await inEachEnvironment(() =>
    Promise.all(asked.map(({ path, method = "GET", body }) => reachedBy(path, { method, body }))),
  );
  const wanted = (environment: string) =>
    asked.map(({ path, at = path, service, method = "GET", body = "" }) => ({
      upstream: `${environment}-${service}`,
      method,
      path: at,
      body,
    }));
  expect(blue).toMatchObject(wanted("blue"));
  expect(green).toMatchObject(wanted("green"));
  expect(green?.map(({ headers }) => headers)).toEqual(blue?.map(({ headers }) => headers) ?? []);
  for (const { path, headers } of [...(blue ?? []), ...(green ?? [])]) {
    expect(headers).toMatchObject({ host: new URL(edge.url).host });
    if (!path.startsWith("/socket.io/"))
      expect(headers).toMatchObject({ "x-real-ip": "127.0.0.1", "x-forwarded-proto": "http" });
  }
});

test("an upload is passed on while it comes in, whichever environment serves", async () => {
  for (const reached of await inEachEnvironment(slowUpload)) expect(reached.body).toBe("first, second");
});

/** Sends the second half when the first has reached the service, which it never does where the upload is buffered. */
async function slowUpload(): Promise<Reached> {
  arrived = Promise.withResolvers();
  const upload = request(`${edge.url}/api/uploads`, {
    method: "POST",
    headers: { "content-length": 13 },
    signal: AbortSignal.timeout(20_000),
  });
  const answered: Promise<IncomingMessage[]> = once(upload, "response");
  upload.write("first, ");
  await Promise.race([arrived.promise, answered]);
  upload.end("second");
  const [answer] = await answered;
  if (answer === undefined) throw new Error("the upload was not answered");
  return JSON.parse(await text(answer)) as Reached;
}

test("a WebSocket is passed on, whichever environment serves", async () => {
  const heard = await inEachEnvironment(async () => {
    const socket = new WebSocket(`${edge.url.replace("http", "ws")}/socket.io/`);
    const message = new Promise((heardOf, failed) => {
      socket.onmessage = ({ data }) => heardOf(data);
      socket.onclose = () => failed(new Error("the WebSocket was closed"));
    });
    socket.onopen = () => socket.send("anyone there?");
    const said = await message;
    socket.close();
    return said;
  });
  expect(heard).toEqual(["anyone there?", "anyone there?"]);
});

async function inEachEnvironment<T>(look: () => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (const environment of environments) {
    edge.serve(environment);
    found.push(await look());
  }
  return found;
}

test("where an environment is down, its name stands on the answer, and the other is not asked", async () => {
  await using lonely = await startExampleEdge({});
  for (const environment of environments) {
    lonely.serve(environment);
    for (const path of ["/", "/api/version", "/api/ml/model", "/assets/none.js", "/socket.io/"]) {
      const answer = await fetch(lonely.url + path);
      expect({ path, status: answer.status, environment: answer.headers.get("x-environment") }).toEqual({
        path,
        status: 502,
        environment,
      });
      expect(await answer.json()).toEqual({ error: "the environment does not answer" });
    }
  }
});
