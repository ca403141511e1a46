import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpEndpoint, releaseAnswers } from "../../../checks/index.ts";

let asked = 0;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    asked += 1;
    const path = new URL(request.url).pathname;
    if (path === "/broken") return new Response("no", { status: 503 });
    if (path === "/moved") return new Response(null, { status: 301, headers: { location: "/health" } });
    if (path === "/login") return login(request);
    if (path === "/health") return answerAs("r2");
    if (path === "/state") return Response.json(state, { headers: securityHeaders });
    if (path === "/compressed")
      return new Response(Bun.gzipSync(JSON.stringify(state)), { headers: { "content-encoding": "gzip" } });
    if (path === "/old")
      return new Response(Buffer.from("caf\u00e9", "latin1"), {
        headers: { "content-type": "text/plain; charset=iso-8859-1" },
      });
    if (path === "/door")
      return new Response("", { status: request.headers.has("authorization") ? 200 : 401 });
    if (path === "/slow") return Bun.sleep(120).then(() => new Response("ok"));
    if (path === "/page") return new Response("<h1>Cell Hub</h1>");
    if (path === "/silent") return new Response("ok");
    if (path === "/twice") return new Response("ok", { headers: { "x-release": "r2, r2" } });
    if (path === "/mixed") return answerAs(asked % 3 === 0 ? "r1" : "r2");
    return answerAs("r2");
  },
});
afterAll(() => server.stop(true));

const token = "tok-Planted-83hd72";
const state = { database: "connected", pool: { size: 5 }, checks: [{ ok: true }], none: null };
const securityHeaders = {
  "Access-Control-Allow-Origin": "https://hub.example",
  "Strict-Transport-Security": "max-age=31536000",
  "Cache-Control": "public, max-age=600",
};

/** A careless server, which says what it was told. */
function login(request: Request): Response {
  const said = request.headers.get("authorization");
  if (said === `Bearer ${token}`) return Response.json({ origin: request.headers.get("origin") });
  return Response.json({ said, expected: token }, { status: 401, headers: { "x-token": token } });
}

const folder = mkdtempSync(join(tmpdir(), "switchover-http-"));
afterAll(() => rmSync(folder, { recursive: true }));
const tokenFile = (name: string, text: string, mode = 0o600) => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
};

function answerAs(release: string): Response {
  return new Response("ok", { headers: { "x-release": release } });
}

const at = (path: string) => `http://127.0.0.1:${server.port}${path}`;

test("the right release passes, and is asked several times", async () => {
  const before = asked;
  const finding = await releaseAnswers({ url: at("/health"), release: "r2" });
  expect(finding).toMatchObject({ status: "pass" });
  expect(asked - before).toBe(5);
});

test("a release that a proxy says once more passes", async () => {
  expect(await releaseAnswers({ url: at("/twice"), release: "r2" })).toMatchObject({ status: "pass" });
});

test("another release fails, though it answers 200", async () => {
  const finding = await releaseAnswers({ url: at("/health"), release: "r3" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("answers as release r2, not r3");
  expect(finding.remedy).toContain("SWITCHOVER_RELEASE");
});

test("one old replica among several is found", async () => {
  const finding = await releaseAnswers({ url: at("/mixed"), release: "r2", requests: 6 });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("(2 of 6 times)");
});

test("a missing header fails; a service that cannot say passes when it answers", async () => {
  expect(await releaseAnswers({ url: at("/silent"), release: "r2" })).toMatchObject({ status: "fail" });
  const cannotSay = await releaseAnswers({ url: at("/silent"), release: "r2", header: null });
  expect(cannotSay.status).toBe("pass");
});

test("503 is not good, and neither is 404 for a redirect's target", async () => {
  expect(await releaseAnswers({ url: at("/broken"), release: "r2" })).toMatchObject({ status: "fail" });
  const finding = await httpEndpoint({ url: at("/broken") });
  expect(finding.summary).toContain("answers 503, not 2xx");
});

test("the expected status can be named", async () => {
  expect(await httpEndpoint({ url: at("/moved"), status: 301 })).toMatchObject({ status: "pass" });
  expect(await httpEndpoint({ url: at("/moved") })).toMatchObject({ status: "fail" });
});

test("nobody there is a failure, and the URL's credentials stay out of it", async () => {
  const closed = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port } = closed;
  await closed.stop(true);
  const finding = await httpEndpoint({ url: `http://user:hunter2@127.0.0.1:${port}/?token=hunter3` });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("does not answer");
  expect(JSON.stringify(finding)).not.toMatch(/hunter[23]/);
});

test("what a JSON body must say is asked for by its path", async () => {
  const bodyJson = { database: "connected", "pool.size": 5, "checks.0.ok": true, none: null };
  expect(await httpEndpoint({ url: at("/state"), bodyJson })).toMatchObject({ status: "pass" });
  const wrong = await httpEndpoint({
    url: at("/state"),
    bodyJson: { database: "up", "pool.size": "5", "checks.1.ok": true, "pool.toString": "x" },
  });
  expect(wrong.status).toBe("fail");
  expect(wrong.summary).toContain(
    'its database is "connected", not "up"; its pool.size is 5, not "5"; its checks.1.ok is not there, not true',
  );
  const page = await httpEndpoint({ url: at("/page"), bodyJson: { database: "connected" } });
  expect(page.summary).toContain("its body is no JSON: <h1>Cell Hub</h1>");
});

test("a 200 with the wrong body fails", async () => {
  expect(await httpEndpoint({ url: at("/page"), bodyContains: "Cell Hub" })).toMatchObject({
    status: "pass",
  });
  const finding = await httpEndpoint({ url: at("/page"), bodyContains: ["Cell Hub", "Welcome"] });
  expect(finding).toMatchObject({ status: "fail", evidence: { status: 200 } });
  expect(finding.summary).toContain('its body does not contain "Welcome"');
});

test("headers: present, equal, and matching, whatever their capitals", async () => {
  const right = {
    url: at("/state"),
    headerPresent: "strict-transport-security",
    headerEquals: { "access-control-allow-origin": "https://hub.example" },
    headerMatches: { "Cache-Control": "max-age=\\d+" },
  };
  expect(await httpEndpoint(right)).toMatchObject({ status: "pass" });
  const wrong = await httpEndpoint({
    url: at("/state"),
    headerPresent: ["x-frame-options"],
    headerEquals: { "access-control-allow-origin": "*", "content-security-policy": "x" },
    headerMatches: { "cache-control": "no-store" },
  });
  expect(wrong.summary).toContain(
    "has no header x-frame-options; has no header content-security-policy; has access-control-allow-origin: https://hub.example, not *; has cache-control: public, max-age=600, which does not match no-store",
  );
  expect(() => httpEndpoint.with({ url: at("/"), headerMatches: { a: "(" } })).toThrow("not right");
});

test("an answer that takes longer than it may fails, though it is right", async () => {
  const finding = await httpEndpoint({ url: at("/slow"), maxLatency: "50ms" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toMatch(/took \d+ ms, and 50 ms are the limit/);
  expect(await httpEndpoint({ url: at("/slow"), maxLatency: "20s" })).toMatchObject({ status: "pass" });
});

test("a token is read from a file, and stands in no finding, even when the server says it back", async () => {
  const bearerFile = tokenFile("right", `${token}\n`);
  const good = await httpEndpoint({
    url: at("/login"),
    bearerFile,
    send: { origin: "https://hub.example" },
    bodyJson: { origin: "https://hub.example" },
  });
  expect(good).toMatchObject({ status: "pass" });
  const told = await httpEndpoint({
    url: at("/login"),
    bearerFile: tokenFile("wrong", `wrong-${token}`),
    bodyJson: { said: "nothing" },
    headerEquals: { "x-token": "nothing" },
  });
  expect(told.status).toBe("fail");
  expect(told.summary).toContain("answers 401");
  expect(JSON.stringify(told)).not.toContain(`wrong-${token}`);
});

test("a token that others can read warns; a file without one, or that is not there, fails", async () => {
  const open = await httpEndpoint({ url: at("/login"), bearerFile: tokenFile("open", token, 0o644) });
  expect(open).toMatchObject({ status: "warn", remedy: `chmod 600 ${join(folder, "open")}` });
  const two = await httpEndpoint({ url: at("/login"), bearerFile: tokenFile("two", "a\nb: c") });
  expect(two).toMatchObject({ status: "fail", summary: expect.stringContaining("does not hold one token") });
  const absent = await httpEndpoint({ url: at("/login"), bearerFile: join(folder, "absent") });
  expect(absent).toMatchObject({ status: "fail", summary: expect.stringContaining("ENOENT") });
});

test("redirects are followed when that is wanted, and what was answered then counts", async () => {
  expect(await httpEndpoint({ url: at("/moved"), redirects: 1 })).toMatchObject({
    status: "pass",
    evidence: { answered: at("/health") },
  });
});

test("a check that may wait for longer has that much longer before its deadline", () => {
  const patient = httpEndpoint.with({ url: at("/health"), timeout: "90s" });
  expect(patient.deadlineMs).toBeGreaterThan(90_000);
});

test("what stands in the query of an address that is asked for its release stays out of the finding", async () => {
  const finding = await releaseAnswers({ url: at("/health?key=hunter4"), release: "r1" });
  expect(finding.status).toBe("fail");
  expect(JSON.stringify(finding)).not.toContain("hunter4");
});

test("the body's rules are judged by what a body means, where a server compresses it unasked", async () => {
  const url = at("/compressed");
  const wanted = { bodyJson: { database: "connected" }, bodyContains: '"pool"' };
  expect(await httpEndpoint({ url, ...wanted, headerEquals: { "content-encoding": "gzip" } })).toMatchObject({
    status: "pass",
  });
  const wrong = await httpEndpoint({ url, bodyJson: { database: "away" } });
  expect(wrong).toMatchObject({
    status: "fail",
    summary: expect.stringContaining('its database is "connected", not "away"'),
  });
});

test("a body counts in the encoding that it names; a name and password of the address are sent", async () => {
  const old = { url: `${server.url.href}old`, bodyContains: "caf\u00e9" };
  expect(await httpEndpoint(old)).toMatchObject({ status: "pass" });
  const door = server.url.href.replace("//", "//me:s3cret%40x@");
  const finding = await httpEndpoint({ url: `${door}door` });
  expect(finding).toMatchObject({ status: "pass" });
  expect(JSON.stringify(finding)).not.toContain("s3cret");
});
