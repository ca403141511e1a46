import { afterEach, expect, test } from "bun:test";
import { type Answer, ask } from "../../../../sdk/systems/http/index.ts";

let stop: (() => void)[] = [];
afterEach(() => {
  for (const end of stop) end();
  stop = [];
});

function serve(fetch: (request: Request) => Response | Promise<Response>): string {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch });
  stop.push(() => void server.stop(true));
  return `http://127.0.0.1:${server.port}/`;
}

/** A server that speaks raw bytes, for what no well-behaved one says. */
function speak(bytes: string, then: "close" | "wait"): string {
  const server = Bun.listen({
    port: 0,
    hostname: "127.0.0.1",
    socket: {
      data(socket) {
        socket.write(bytes);
        socket.flush();
        if (then === "close") socket.end();
      },
    },
  });
  stop.push(() => server.stop(true));
  return `http://127.0.0.1:${server.port}/`;
}

function endless(piece: string, everyMs: number): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      await Bun.sleep(everyMs);
      controller.enqueue(new TextEncoder().encode(piece));
    },
  });
}

function answered(answer: Answer): Extract<Answer, { ok: true }> {
  if (answer.ok) return answer;
  throw new Error(answer.reason);
}

test("an answer comes with its status, headers and body", async () => {
  const url = serve(
    (request) => new Response(request.headers.get("x-asked"), { status: 503, headers: { "x-release": "2" } }),
  );
  const answer = answered(await ask(url, { timeoutMs: 1_000, headers: { "x-asked": "yes" } }));
  expect(answer).toMatchObject({ status: 503, body: "yes" });
  expect(answer.headers.get("X-Release")).toBe("2");
  expect(answer.latencyMs).toBeGreaterThan(0);
});

test("a redirect is an answer, and is not followed", async () => {
  const asked: string[] = [];
  const url = serve((request) => {
    asked.push(new URL(request.url).pathname);
    return new Response(null, { status: 302, headers: { location: "/elsewhere" } });
  });
  expect(answered(await ask(url, { timeoutMs: 1_000 })).status).toBe(302);
  expect(asked).toEqual(["/"]);
});

test("a body without an end is cut at 64 KiB", async () => {
  const url = serve(() => new Response(endless("x".repeat(16_384), 1)));
  expect(answered(await ask(url, { timeoutMs: 3_000 })).body.length).toBe(64 * 1024);
});

test("a body of 2 MB is cut at 64 KiB", async () => {
  const url = serve(() => new Response("y".repeat(2_000_000)));
  const { body, status } = answered(await ask(url, { timeoutMs: 3_000 }));
  expect({ length: body.length, status }).toEqual({ length: 64 * 1024, status: 200 });
});

test("a body that only drips ends at the time limit, as no answer", async () => {
  const url = serve(() => new Response(endless("z", 20)));
  const answer = await ask(url, { timeoutMs: 150 });
  expect(answer).toMatchObject({ ok: false, reason: "no answer within 150 ms" });
  expect(answer.latencyMs).toBeLessThan(1_000);
});

test("a server that is slow to answer gives none", async () => {
  const url = serve(async () => {
    await Bun.sleep(2_000);
    return new Response("late");
  });
  const answer = await ask(url, { timeoutMs: 100 });
  expect(answer).toMatchObject({ ok: false, reason: "no answer within 100 ms" });
  expect(answer.latencyMs).toBeLessThan(1_000);
});

test("a server that takes the connection and says nothing gives no answer", async () => {
  expect(await ask(speak("", "wait"), { timeoutMs: 100 })).toMatchObject({ ok: false });
});

test("a connection that closes before its body is whole is no answer", async () => {
  const url = speak("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf", "close");
  expect((await ask(url, { timeoutMs: 1_000 })).ok).toBe(false);
});

test("a connection that closes without a word is no answer", async () => {
  expect((await ask(speak("", "close"), { timeoutMs: 1_000 })).ok).toBe(false);
});

test("what is no HTTP is no answer", async () => {
  expect((await ask(speak("SSH-2.0-OpenSSH_9.2\r\n", "close"), { timeoutMs: 1_000 })).ok).toBe(false);
});

test("where nobody listens the reason is told", async () => {
  const answer = await ask("http://127.0.0.1:1/", { timeoutMs: 1_000 });
  expect(answer.ok === false && answer.reason).toMatch(/refused|unable to connect/i);
});

test("an address that is none is no answer, and no exception", async () => {
  expect((await ask("http://", { timeoutMs: 1_000 })).ok).toBe(false);
});

test("a signal ends the asking", async () => {
  const url = serve(() => new Promise<Response>(() => {}));
  const answer = await ask(url, { timeoutMs: 5_000, signal: AbortSignal.timeout(50) });
  expect(answer.ok).toBe(false);
  expect(answer.latencyMs).toBeLessThan(1_000);
});

test("each question has a connection of its own", async () => {
  const ports = new Set<number>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, own) {
      ports.add(own.requestIP(request)?.port ?? 0);
      return new Response("");
    },
  });
  stop.push(() => void server.stop(true));
  for (let count = 0; count < 3; count += 1)
    await ask(`http://127.0.0.1:${server.port}/`, { timeoutMs: 1_000 });
  expect(ports.size).toBe(3);
});

test("the address itself is asked, and not a proxy that the environment names", async () => {
  using proxy = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("the proxy") });
  const url = serve(() => new Response("itself"));
  const before = process.env["http_proxy"];
  process.env["http_proxy"] = `http://127.0.0.1:${proxy.port}`;
  try {
    expect(answered(await ask(url, { timeoutMs: 5_000 })).body).toBe("itself");
  } finally {
    if (before === undefined) delete process.env["http_proxy"];
    else process.env["http_proxy"] = before;
  }
});
