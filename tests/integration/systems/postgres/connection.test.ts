import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Access, connect, holdSnapshot, readFacts } from "../../../../sdk/systems/postgres/index.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { freePorts } from "../../../support/free.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function failing(access: Access, sql = "SELECT 1"): Promise<unknown> {
  await using session = await connect(access, {
    connectMs: 3_000,
    statementMs: 1_000,
    lockMs: 200,
    asUsual: true,
  });
  return await session.query(sql);
}

test("rows come back, those of the last of several statements", async () => {
  await using session = await connect(server.access());
  expect(await session.query("SELECT $1::text AS word", ["größer"])).toEqual([{ word: "größer" }]);
  expect(await session.query<{ two: number }>("SELECT 1 AS one; SELECT 2 AS two")).toEqual([{ two: 2 }]);
});

test("each trouble has its own code, and no failure holds the password", async () => {
  const good = server.access();
  const [closed = 0] = await freePorts(1);
  await server.psql("CREATE TABLE guarded (id int)");
  await server.psql("CREATE ROLE stranger LOGIN PASSWORD 'a stranger'");
  const stranger = { ...good, user: "stranger", password: "a stranger" };
  const cases: [string, () => Promise<unknown>][] = [
    ["DATABASE_DENIED", () => failing({ ...good, password: "wrong password" })],
    ["DATABASE_DENIED", () => failing({ ...good, password: undefined })],
    ["DATABASE_UNKNOWN", () => failing({ ...good, database: "nowhere" })],
    ["DATABASE_UNREACHABLE", () => failing({ ...good, host: "127.0.0.1", port: closed })],
    ["DATABASE_FORBIDDEN", () => failing(stranger, "SELECT * FROM guarded")],
    ["DATABASE_QUERY_FAILED", () => failing(good, "SELECT nothing")],
    ["DEADLINE_EXCEEDED", () => failing(good, "SELECT pg_sleep(30)")],
    ["DATABASE_TLS_FAILED", () => failing({ ...good, tls: { mode: "verify-full" } })],
    ["DATABASE_TLS_NEEDED", () => failing({ ...good, host: "db.example.org" })],
  ];
  for (const [code, attempt] of cases) {
    const failure = await failureOf(attempt());
    expect(failure).toMatchObject({ code });
    expect(JSON.stringify(failure)).not.toContain("wrong password");
  }
});

test("a lock that another session holds is not waited for longer than told", async () => {
  await server.psql("CREATE TABLE held (id int)");
  await using holder = await connect(server.access(), { asUsual: true });
  await holder.query("BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
  expect((await failureOf(failing(server.access(), "SELECT * FROM held"))).code).toBe("DATABASE_LOCKED");
});

test("an interruption cuts a question off", async () => {
  const person = new AbortController();
  await using session = await connect(server.access(), { signal: person.signal });
  const asked = session.query("SELECT pg_sleep(20)");
  setTimeout(() => person.abort(), 100);
  expect((await failureOf(asked)).code).toBe("INTERRUPTED");
});

test("tables are counted without a lock that is kept: the server has few for all of its sessions", async () => {
  await server.psql("CREATE DATABASE many", "postgres");
  await server.psql(
    "DO $$ BEGIN FOR i IN 1..250 LOOP EXECUTE format('CREATE TABLE t%s AS SELECT %s AS id', i, i); END LOOP; END $$",
    "many",
  );
  await using snapshot = await holdSnapshot(server.access("many"), {});
  const { tables } = await readFacts(snapshot.session);
  expect([tables.length, tables.every(({ rows }) => rows === 1)]).toEqual([250, true]);
  const [held] = await snapshot.session.query<{ locks: string }>(
    "SELECT count(*) AS locks FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384",
  );
  expect(held).toEqual({ locks: "0" });
});
