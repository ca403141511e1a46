import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { httpEndpoint, releaseAnswers } from "../../../checks/index.ts";
import { runChecks } from "../../../sdk/core/finding/index.ts";
import { succeed } from "../../../sdk/core/process/index.ts";
import { type Hostile, hostileServer, hostilities, sendsBytes } from "../../support/hostile.ts";
import { ownCertificate } from "../../support/own-certificate.ts";

setDefaultTimeout(60_000);

type Kind = keyof typeof hostilities;
const kinds = Object.keys(hostilities) as Kind[];
const servers = new Map<Kind, Hostile>();

beforeAll(async () => {
  for (const kind of kinds) servers.set(kind, await hostileServer(hostilities[kind]));
});
afterAll(() => {
  for (const server of servers.values()) server[Symbol.dispose]();
});

const portOf = (kind: Kind) => servers.get(kind)?.port ?? 0;
const at = (kind: Kind) => `http://127.0.0.1:${portOf(kind)}/`;

test.each<[Kind, RegExp]>([
  ["says nothing", /does not answer: no whole answer within 700 ms$/],
  ["never ends its body", /answers 200, but not to its end: no whole answer within 700 ms$/],
  ["drips its body", /answers 200, but not to its end: no whole answer within 700 ms$/],
  ["drips its headers", /does not answer: no whole answer within 700 ms$/],
  ["sends 2 GB", /answers 200, but not to its end: its body is larger than 1MiB, and was not read further$/],
  [
    "sends headers without end",
    /does not answer: its headers are larger than 64 KiB, and were not read further/,
  ],
  ["redirects for ever", /answers 302, not 2xx$/],
  ["closes mid-header", /does not answer: the connection was closed in the middle of the answer/],
  [
    "closes mid-body",
    /answers 200, but not to its end: the connection was closed in the middle of the answer/,
  ],
  ["closes at once", /does not answer: the connection was closed without an answer/],
  ["resets", /does not answer: the connection was closed without an answer/],
  ["speaks something else", /does not answer: what answers does not speak HTTP/],
])("a server that %s: the finding says so, within the time that an answer may take", async (kind, says) => {
  const finding = await httpEndpoint(
    { url: at(kind), timeout: kind === "sends 2 GB" ? "10s" : "700ms" },
    { deadline: "20s" },
  );
  expect(finding).toMatchObject({ status: "fail", summary: expect.stringMatching(says) });
  expect(finding.durationMs).toBeLessThan(15_000);
});

test("a server that redirects for ever is followed as often as it may be", async () => {
  const finding = await httpEndpoint({ url: at("redirects for ever"), redirects: 7 });
  expect(finding).toMatchObject({
    status: "fail",
    summary: expect.stringContaining("it was redirected 7 times, and still is"),
  });
});

test("HTTP on the TLS port, TLS on the HTTP port, and a TLS port that says nothing", async () => {
  using plain = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("ok") });
  using secure = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: await ownCertificate(),
    fetch: () => new Response("ok"),
  });
  const [httpOnTls, tlsOnHttp, silent] = await Promise.all([
    httpEndpoint({ url: `https://127.0.0.1:${plain.port}/` }),
    httpEndpoint({ url: `http://127.0.0.1:${secure.port}/` }),
    httpEndpoint({ url: `https://127.0.0.1:${portOf("says nothing")}/`, timeout: "700ms" }),
  ]);
  expect(httpOnTls).toMatchObject({
    status: "fail",
    summary: expect.stringContaining("does not speak TLS: try http://"),
  });
  expect(tlsOnHttp).toMatchObject({
    status: "fail",
    summary: expect.stringContaining("may speak TLS: try https://"),
  });
  expect(silent).toMatchObject({
    status: "fail",
    summary: expect.stringContaining("no whole answer within 700 ms"),
  });
});

test("one that hangs past its own limits ends at the check's deadline, and the others' findings are intact", async () => {
  using good = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("ok") });
  const findings = await runChecks([
    httpEndpoint.with({ url: at("says nothing"), timeout: "1h" }, { of: "hangs", deadline: "600ms" }),
    releaseAnswers.with(
      { url: at("drips its body"), release: "1", timeout: "1h" },
      { of: "drips", deadline: "600ms" },
    ),
    httpEndpoint.with({ url: `http://127.0.0.1:${good.port}/` }, { of: "good" }),
  ]);
  expect(findings.map(({ id, status }) => `${id} ${status}`)).toEqual([
    "http-endpoint:hangs fail",
    "release-answers:drips fail",
    "http-endpoint:good pass",
  ]);
});

test("2 GB cost little memory, are not taken from the server, and leave nothing that keeps a process alive", async () => {
  using good = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("ok") });
  using flood = await hostileServer(sendsBytes(2 * 2 ** 30));
  const script = join(import.meta.dir, "fixtures/peak-memory.ts");
  const urls = [
    `http://127.0.0.1:${good.port}/`,
    `http://127.0.0.1:${flood.port}/`,
    at("sends headers without end"),
  ];
  const printed = await succeed([process.execPath, "--no-env-file", script, ...urls], { deadlineMs: 50_000 });
  const { beforeKb, afterKb, findings } = JSON.parse(printed);
  expect(findings.map(({ status }: { status: string }) => status)).toEqual(["fail", "fail", "fail", "fail"]);
  expect(afterKb - beforeKb).toBeLessThan(64 * 1024);
  expect(flood.sent()).toBeLessThan(256 * 2 ** 20);
});
