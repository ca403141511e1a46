import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redisReady } from "../../../checks/index.ts";
import { docker, inspect } from "../../../sdk/systems/docker/index.ts";
import { connectRedis } from "../../../sdk/systems/redis/index.ts";
import { issueCertificate } from "../../support/certificates.ts";
import { untilPasses } from "../../support/until.ts";
import { nginxImage } from "./fixture.ts";

setDefaultTimeout(120_000);

const deadlineMs = 60_000;
const folder = mkdtempSync(join(tmpdir(), "switchover-redis-ready-"));
const envFile = join(folder, ".env");
// A `/` in it ended the authority of an address once, and nobody was told.
const password = "pLanted/redis \"s3cret' €";
const container = `switchover-test-redis-${process.pid}`;
const project = container;
let host = "";

beforeAll(async () => {
  const image = await nginxImage();
  writeFileSync(envFile, `REDIS_PASSWORD='${password.replaceAll("'", "\\'")}'\n`, { mode: 0o600 });
  const labels = { project, service: "redis" };
  const labelFlags = Object.entries(labels).flatMap(([name, value]) => [
    "--label",
    `com.docker.compose.${name}=${value}`,
  ]);
  const run = ["run", "--detach", "--name", container, ...labelFlags, "--env", "REDIS_PASSWORD"];
  const disk = ["--tmpfs", "/small:size=1m"];
  await docker([...run, ...disk, image, "run-redis"], { deadlineMs, env: { REDIS_PASSWORD: password } });
  host = (await inspect([container], { deadlineMs }))[0]?.addresses[0] ?? "";
  await untilPasses(async () => expect((await look()).status).toBe("pass"), 30_000);
});

afterAll(async () => {
  await docker(["rm", "--force", "--volumes", container], { deadlineMs });
  rmSync(folder, { recursive: true });
});

type Options = Parameters<typeof redisReady>[0];

function look(more: Partial<Options> = {}) {
  return redisReady({ project, service: "redis", envFile, ...more });
}

async function ask(...words: string[]): Promise<unknown> {
  using session = await connectRedis({ host, port: 6379, password, timeoutMs: 10_000 });
  return await session.command(...words);
}

/** Starts another Redis in the container; it is gone with the container. */
async function another(port: number, ...settings: string[]): Promise<void> {
  const server = ["redis-server", "--port", String(port), "--bind", "0.0.0.0", "--protected-mode", "no"];
  await docker(["exec", "--detach", container, ...server, ...settings], { deadlineMs });
}

const open = { envFile: undefined };

test("a Redis that lets us in, and keeps what it holds, passes", async () => {
  const finding = await look({ persistent: true });
  expect(finding.summary).toMatch(
    /^Redis \d\S* lets us in and answers; .* held, kept in an append-only file$/,
  );
  expect(finding.status).toBe("pass");
});

test("a wrong password and none at all fail, and no password is shown", async () => {
  const wrong = join(folder, ".env.wrong");
  writeFileSync(wrong, "REDIS_PASSWORD=wrong-s3cret\n");
  const refused = await look({ envFile: wrong });
  expect(refused.status).toBe("fail");
  expect(refused.summary).toContain("WRONGPASS");
  expect(refused.remedy).toContain("requirepass");
  // Who is named must not be looked at as the user that needs no password.
  expect(await look({ user: "absent", envFile: undefined })).toMatchObject({ status: "fail" });
  const anonymous = await look(open);
  expect(anonymous.status).toBe("fail");
  expect(anonymous.summary).toContain("NOAUTH");
  expect(JSON.stringify([refused, anonymous])).not.toContain("s3cret");
});

test("one that saves nothing fails where that matters", async () => {
  await another(6381, "--save", "");
  await untilPasses(async () =>
    expect(await look({ ...open, port: 6381 })).toMatchObject({ status: "pass" }),
  );
  const finding = await look({ ...open, port: 6381, persistent: true });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("not kept over a restart");
});

test("one that is still loading fails, and is told from one that is down", async () => {
  // Twenty seconds to load, of which the test needs the first.
  const settings = ["--dir", "/tmp", "--dbfilename", "slow.rdb"];
  await another(6382, ...settings);
  const slow = { host, port: 6382, timeoutMs: 10_000 };
  await untilPasses(async () => {
    using session = await connectRedis(slow);
    for (let key = 0; key < 400; key += 1) await session.command("SET", `key-${key}`, "x".repeat(4_096));
    await session.command("SAVE");
  });
  const delayed = ["--key-load-delay", "50000", "--loading-process-events-interval-bytes", "1024"];
  await another(6383, ...settings, "--rdbcompression", "no", ...delayed);
  await untilPasses(async () => {
    const finding = await look({ ...open, port: 6383 });
    expect(finding.status).toBe("fail");
    expect(finding.summary).toContain("still loading its data");
  });
});

test("a snapshot that failed on a full disk fails", async () => {
  await docker(
    [
      "exec",
      container,
      "sh",
      "-c",
      "dd if=/dev/zero of=/small/ballast bs=4096 2>/dev/null; test -s /small/ballast",
    ],
    {
      deadlineMs,
    },
  );
  await another(6384, "--dir", "/small");
  const there = { host, port: 6384, timeoutMs: 10_000 };
  await untilPasses(async () => {
    using session = await connectRedis(there);
    await session.command("BGSAVE").catch(() => undefined);
    const finding = await look({ ...open, port: 6384 });
    expect(finding.status).toBe("fail");
    expect(finding.summary).toContain("the last snapshot failed");
  });
});

test("a replica fails", async () => {
  await another(6385, "--replicaof", "127.0.0.1", "1");
  await untilPasses(async () => {
    const finding = await look({ ...open, port: 6385 });
    expect(finding.status).toBe("fail");
    expect(finding.summary).toContain("it is a replica that has lost its primary");
  });
});

test("a memory that is full warns or fails by its policy, and too few connections fail", async () => {
  await ask("CONFIG", "SET", "maxmemory", "900kb");
  const full = await look();
  await ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  const evicting = await look();
  await ask("CONFIG", "SET", "maxmemory", "0");
  expect(full).toMatchObject({ status: "fail" });
  expect(full.summary).toContain("refuses writes");
  expect(evicting).toMatchObject({ status: "warn" });
  await ask("CONFIG", "SET", "maxclients", "5");
  const crowded = await look();
  await ask("CONFIG", "SET", "maxclients", "10000");
  expect(crowded).toMatchObject({ status: "fail" });
  expect(crowded.summary).toContain("a second environment wants 10");
  expect(await look()).toMatchObject({ status: "pass" });
});

test("Redis over TLS at an address passes by its authority; a stranger's certificate, and another's, do not", async () => {
  const authority = issueCertificate({ name: "an authority", authority: true });
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, authority.certificate);
  const overTls = async (port: number, alternative: string) => {
    const { certificate, key } = issueCertificate({
      name: "redis",
      alternatives: [alternative],
      issuer: authority,
    });
    const [certFile, keyFile] = [`/tmp/${port}.crt`, `/tmp/${port}.key`];
    for (const [file, input] of [
      [certFile, certificate],
      [keyFile, key],
    ] as const)
      await docker(["exec", "--interactive", container, "tee", file], { deadlineMs, input });
    const files = ["--tls-cert-file", certFile, "--tls-key-file", keyFile, "--tls-ca-cert-file", certFile];
    await another(0, "--tls-port", String(port), "--tls-auth-clients", "no", ...files);
    return { ...open, project: undefined, service: undefined, host, port, tls: true, ca, timeout: "10s" };
  };
  const right = await overTls(6391, host);
  await untilPasses(async () => expect(await look(right)).toMatchObject({ status: "pass" }), 30_000);
  const untrusted = await look({ ...right, ca: undefined });
  expect(untrusted).toMatchObject({ status: "fail" });
  const anothers = await overTls(6392, "192.0.2.1");
  await untilPasses(async () => expect((await look(anothers)).summary).toContain("192.0.2.1"), 30_000);
  expect(await look(anothers)).toMatchObject({ status: "fail" });
});

test("a server that says nothing, and one that speaks HTTP, fail within their time", async () => {
  const silent = createServer(() => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  silent.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const hung = await redisReady({ port, timeout: "200ms" });
  silent.close();
  expect(hung).toMatchObject({ status: "fail" });
  expect(hung.summary).toContain("no answer to PING within 200 ms");
  const http = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("hello") });
  const strange = await redisReady({ port: http.port ?? 0, timeout: "5s" });
  await http.stop(true);
  expect(strange.status).toBe("fail");
  expect(strange.summary).toContain("does not speak Redis's protocol");
});

test("a stopped Redis fails, with the way to start it", async () => {
  await docker(["stop", "--time", "5", container], { deadlineMs });
  const finding = await look();
  expect(finding).toMatchObject({ status: "fail", evidence: { state: "exited" } });
  expect(finding.remedy).toContain(`docker start ${container}`);
});
