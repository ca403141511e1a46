import { afterAll, expect, test } from "bun:test";
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
    if (path === "/silent") return new Response("ok");
    if (path === "/mixed") return answerAs(asked % 3 === 0 ? "r1" : "r2");
    return answerAs("r2");
  },
});
afterAll(() => server.stop(true));

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
