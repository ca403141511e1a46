import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresReadWrite, redisReadWrite } from "../../../checks/index.ts";
import { docker } from "../../../sdk/systems/docker/index.ts";
import { connectRedis } from "../../../sdk/systems/redis/index.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres.ts";
import { untilPasses } from "../../support/until.ts";
import { nginxImage } from "./fixture.ts";

setDefaultTimeout(300_000);

const deadlineMs = 60_000;
const folder = mkdtempSync(join(tmpdir(), "switchover-read-write-"));
const envFile = join(folder, ".env");
const redisContainer = `switchover-read-write-redis-${process.pid}`;
const labels = ["project", "service"].flatMap((name) => [
  "--label",
  `com.docker.compose.${name}=${name === "project" ? redisContainer : "redis"}`,
]);
let server: PostgresServer;

beforeAll(async () => {
  const image = await nginxImage();
  writeFileSync(envFile, "DB_PASSWORD=kX9-2pLw\nREDIS_PASSWORD=kX9-2pLw\n", { mode: 0o600 });
  const run = ["run", "--detach", "--name", redisContainer, ...labels, "--env", "REDIS_PASSWORD"];
  await docker([...run, image, "run-redis"], { deadlineMs, env: { REDIS_PASSWORD: "kX9-2pLw" } });
  server = await startPostgres();
  await server.psql(`
    CREATE ROLE app LOGIN PASSWORD 'kX9-2pLw';
    GRANT CREATE, USAGE ON SCHEMA public TO app;
    CREATE TABLE "odd ""name" (n int);
    GRANT SELECT ON "odd ""name" TO app;
    CREATE TABLE secret (n int);
  `);
  await untilPasses(async () => expect((await lookAtRedis()).status).toBe("pass"), 30_000);
});
afterAll(async () => {
  await docker(["rm", "--force", "--volumes", redisContainer], { deadlineMs });
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function look(tables: string[] = []) {
  const { host, port, database } = server.access();
  return postgresReadWrite({ host, port, database, user: "app", envFile, tables }, { deadline: "60s" });
}

test("what is written is read back, and nothing of it stays", async () => {
  const tables = "SELECT count(*) FROM pg_class";
  const before = await server.psql(tables);
  expect(await look(['odd "name'])).toMatchObject({ status: "pass" });
  expect(await server.psql(tables)).toBe(before);
});

test("a table that the migration made for somebody else, and one that it never made, fail", async () => {
  const finding = await look(["secret", "orders"]);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("secret cannot be read: permission denied");
  expect(finding.summary).toContain('orders cannot be read: relation "orders" does not exist');
});

test("a database that takes no writes fails", async () => {
  await server.psql("ALTER ROLE app SET default_transaction_read_only = on");
  const finding = await look();
  await server.psql("ALTER ROLE app RESET default_transaction_read_only");
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("nothing can be written: cannot execute CREATE TABLE in a read-only");
});

test("a server that is stopped fails", async () => {
  await docker(["pause", server.container], { deadlineMs });
  const { host, port, database } = server.access();
  const finding = await postgresReadWrite({ host, port, database, user: "app", envFile }, { deadline: "3s" });
  await docker(["unpause", server.container], { deadlineMs });
  expect(finding.status).toBe("fail");
});

function lookAtRedis() {
  return redisReadWrite({ project: redisContainer, service: "redis", envFile });
}

async function inRedis(...words: string[]): Promise<unknown> {
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const host = (await docker(["inspect", "--format", format, redisContainer], { deadlineMs })).trim();
  using session = await connectRedis({ host, port: 6379, password: "kX9-2pLw", timeoutMs: 10_000 });
  return await session.command(...words);
}

test("a key is set, read and deleted, and none stays", async () => {
  expect(await lookAtRedis()).toMatchObject({ status: "pass" });
  expect(await inRedis("DBSIZE")).toBe(0);
  await inRedis("ACL", "SETUSER", "narrow", "on", "nopass", "~narrow:*", "+@all");
  const narrow = { project: redisContainer, service: "redis", user: "narrow" };
  expect((await redisReadWrite(narrow)).remedy).toContain("name a prefix that it may have");
  expect(await redisReadWrite({ ...narrow, prefix: "narrow:" })).toMatchObject({ status: "pass" });
});

test("a Redis that is full, one that only reads, and one that forgets at once, fail", async () => {
  await inRedis("CONFIG", "SET", "maxmemory", "1");
  expect((await lookAtRedis()).summary).toContain("OOM command not allowed");
  await inRedis("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
  const forgetful = await lookAtRedis();
  expect(forgetful.status).toBe("fail");
  await inRedis("CONFIG", "SET", "maxmemory", "0");
  await inRedis("REPLICAOF", "127.0.0.1", "1");
  const replica = await lookAtRedis();
  await inRedis("REPLICAOF", "NO", "ONE");
  expect(replica.status).toBe("fail");
  expect(replica.summary).toMatch(/READONLY|MASTERDOWN/);
  expect(replica.remedy).toContain("connect to the primary");
});
