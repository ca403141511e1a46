import { afterAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { Agent, request } from "#undici";
import { exchange } from "../../../../sdk/systems/http/index.ts";

const heard: { path: string; authorization: string | null; method: string; body: string }[] = [];

async function answer(incoming: Request): Promise<Response> {
  const url = new URL(incoming.url);
  const { method, headers } = incoming;
  heard.push({
    path: url.pathname,
    authorization: headers.get("authorization"),
    method,
    body: await incoming.text(),
  });
  const to = url.searchParams.get("to");
  if (to !== null) return new Response(null, { status: 302, headers: { location: to } });
  return new Response("ok", {
    headers: [
      ["x-a", "1"],
      ["X-A", "2"],
      ["X-B", "b"],
    ],
  });
}

const plain = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
afterAll(() => plain.stop(true));

const at = (path = "/") => `http://127.0.0.1:${plain.port}${path}`;
const timeoutMs = 10_000;

test("undici is the real one: a dispatcher of our own decides where a connection leads", async () => {
  const asked: string[] = [];
  const agent = new Agent({
    connect: (options, callback) => {
      asked.push(options.hostname);
      const socket = connect(plain.port ?? 0, "127.0.0.1");
      socket.once("connect", () => callback(null, socket));
    },
  });
  const { statusCode, body } = await request("http://no-such-host.invalid/", { dispatcher: agent });
  expect([statusCode, await body.text(), asked]).toEqual([200, "ok", ["no-such-host.invalid"]]);
  await agent.destroy();
});

test("the answer is whole: status, headers joined under their names, and the body", async () => {
  const answered = await exchange({ url: at(), timeoutMs, method: "POST", body: "sent" });
  if (!answered.ok) throw new Error(answered.reason);
  expect(answered.headers.get("x-a")).toBe("1, 2");
  expect(answered.headers.get("x-b")).toBe("b");
  expect(new TextDecoder().decode(answered.body)).toBe("ok");
  expect(heard.at(-1)).toMatchObject({ method: "POST", body: "sent" });
});

test("a body may be as large as the limit, and not a byte larger", async () => {
  expect(await exchange({ url: at(), timeoutMs, bodyLimit: 2 })).toMatchObject({ ok: true });
  expect(await exchange({ url: at(), timeoutMs, bodyLimit: 1 })).toMatchObject({
    ok: false,
    kind: "too large",
    status: 200,
  });
});

test("what logs in stays at its origin, and a request with a body is not sent on", async () => {
  const headers = { authorization: "Bearer x" };
  const other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
  const elsewhere = `http://127.0.0.1:${other.port}/there`;
  await exchange({ url: at("/?to=/here"), timeoutMs, headers, redirects: 1 });
  expect(heard.at(-1)).toMatchObject({ path: "/here", authorization: "Bearer x" });
  await exchange({ url: at(`/?to=${elsewhere}`), timeoutMs, headers, redirects: 1 });
  expect(heard.at(-1)).toMatchObject({ path: "/there", authorization: null });
  const posted = await exchange({
    url: at("/?to=/here"),
    timeoutMs,
    method: "POST",
    body: "x",
    redirects: 1,
  });
  expect(posted).toMatchObject({ ok: true, status: 302 });
  const file = await exchange({ url: at("/?to=file:///etc/passwd"), timeoutMs, redirects: 1 });
  expect(file).toMatchObject({ ok: true, status: 302 });
  await other.stop(true);
});

test("nobody there, a name that does not resolve, and an interruption are told apart", async () => {
  const closed = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
  const url = `http://127.0.0.1:${closed.port}/`;
  await closed.stop(true);
  const [refused, unresolved, interrupted] = await Promise.all([
    exchange({ url, timeoutMs }),
    exchange({ url: "http://no-such-host.invalid/", timeoutMs }),
    exchange({ url: at(), timeoutMs, signal: AbortSignal.abort() }),
  ]);
  expect(refused).toMatchObject({ ok: false, kind: "refused" });
  expect(unresolved).toMatchObject({ ok: false, kind: "unresolved" });
  expect(interrupted).toMatchObject({ ok: false, kind: "interrupted" });
});
