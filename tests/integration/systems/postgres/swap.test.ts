import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { join, resolve } from "node:path";
import pg from "pg";
import {
  connect,
  type Marker,
  markedDatabases,
  type Swap,
  swapDatabases,
} from "../../../../sdk/systems/postgres/index.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";
import { untilPasses } from "../../../support/until.ts";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres([], ["max_prepared_transactions=4"]);
}, 180_000);

afterAll(() => server[Symbol.asyncDispose](), 60_000);

beforeEach(async () => {
  const databases = await server.psql(
    "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')",
  );
  for (const name of databases.split("\n").filter(Boolean))
    await server.psql(`DROP DATABASE "${name}" WITH (FORCE)`, "postgres");
  await server.psql("CREATE DATABASE app", "postgres");
  await server.psql("CREATE DATABASE incoming", "postgres");
  for (const name of ["app", "incoming"]) {
    await server.psql(
      `CREATE TABLE who AS SELECT '${name}'::text AS am; CREATE TABLE written (n bigint)`,
      name,
    );
  }
});

const marker: Marker = {
  state: "kept",
  project: "test",
  database: "app",
  at: "2026-11-26T11:00:00Z",
  comment: "ours",
};
const swap: Swap = { database: "app", incoming: "incoming", comment: "it's new", kept: "app_old", marker };
const maintenance = () => server.access("postgres");
const whoServes = () => server.psql("SELECT am FROM who", "app");

test("the other one serves, the old one is kept, and each has its comment", async () => {
  const { pauseMs, ended } = await swapDatabases(maintenance(), swap);
  expect(pauseMs).toBeGreaterThan(0);
  expect(ended).toBe(0);
  expect(await whoServes()).toBe("incoming");
  expect(await server.psql("SELECT am FROM who", "app_old")).toBe("app");
  expect(
    await server.psql("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'app'"),
  ).toBe("it's new");
  await using session = await connect(maintenance());
  expect(await markedDatabases(session, "test")).toMatchObject([{ name: "app_old", marker }]);
  expect(await markedDatabases(session, "another")).toEqual([]);
});

test("a pool that reconnects at once and writes throughout cannot keep it from being made", async () => {
  const { host, user, password } = server.access();
  const pool = new pg.Pool({ host, user, password, database: "app", ssl: false, max: 8 });
  pool.on("error", () => {});
  const counts = { written: 0, refused: 0 };
  let going = true;
  const writers = Array.from({ length: 8 }, async () => {
    while (going) {
      try {
        await pool.query("INSERT INTO written VALUES (1)");
        counts.written += 1;
      } catch {
        counts.refused += 1;
      }
    }
  });
  while (counts.written < 100) await Bun.sleep(5);
  const { pauseMs, ended } = await swapDatabases(maintenance(), swap);
  const before = counts.written;
  while (counts.written < before + 100) await Bun.sleep(5);
  going = false;
  await Promise.all(writers);
  await pool.end();
  // biome-ignore lint/suspicious/noConsole: a figure that a person wants to see
  console.log(
    `the swap's pause under 8 writers: ${Math.round(pauseMs)} ms, ${ended} sessions ended, ${counts.refused} writes refused`,
  );
  expect(ended).toBeGreaterThan(0);
  expect(await whoServes()).toBe("incoming");
  const rows = async (name: string) => Number(await server.psql("SELECT count(*) FROM written", name));
  // Nothing that was confirmed is in neither of the two. An unconfirmed commit may be there as well.
  const [old, now] = [await rows("app_old"), await rows("app")];
  expect(old).toBeGreaterThanOrEqual(100);
  expect(now).toBeGreaterThanOrEqual(100);
  expect(old + now).toBeGreaterThanOrEqual(counts.written);
}, 180_000);

test.each([[""], ["GRANT pg_signal_backend, owner TO renamer"]])(
  "a session that may not be ended is named, and nothing is changed: %s",
  async (grant) => {
    await server.psql(
      `CREATE ROLE renamer LOGIN CREATEDB PASSWORD 'pw'; ALTER DATABASE app OWNER TO renamer; ALTER DATABASE incoming OWNER TO renamer; ${grant}`,
      "postgres",
    );
    await using held = await connect(server.access(), { asUsual: true });
    const access = { ...maintenance(), user: "renamer", password: "pw" };
    const failure = await failureOf(swapDatabases(access, swap, { attempts: 1 }));
    expect(failure).toMatchObject({
      code: "DATABASE_IN_USE",
      exitCode: 4,
      why: expect.stringContaining("(owner, switchover)"),
    });
    expect(await held.query("SELECT am FROM who")).toEqual([{ am: "app" }]);
    expect(await whoServes()).toBe("app");
    await server.psql(
      "ALTER DATABASE app OWNER TO owner; ALTER DATABASE incoming OWNER TO owner; DROP ROLE renamer",
      "postgres",
    );
  },
  180_000,
);

test("prepared transactions are named, with what decides each, and nothing is changed", async () => {
  await server.psql("BEGIN; INSERT INTO written VALUES (1); PREPARE TRANSACTION 'it''s undecided'", "app");
  const failure = await failureOf(swapDatabases(maintenance(), swap));
  expect(failure).toMatchObject({
    code: "DATABASE_IN_USE",
    exitCode: 4,
    message: "the database app has prepared transactions: it's undecided",
  });
  expect(await whoServes()).toBe("app");
  const [, statement = ""] = /or (ROLLBACK PREPARED .+)$/.exec(failure.remedy) ?? [];
  await server.psql(statement, "app");
  await swapDatabases(maintenance(), swap);
  expect(await whoServes()).toBe("incoming");
});

test("what fails at its end is taken back as a whole", async () => {
  const failure = await failureOf(swapDatabases(maintenance(), { ...swap, incoming: "nobody" }));
  expect(failure).toMatchObject({ code: "DATABASE_UNKNOWN" });
  expect(await whoServes()).toBe("app");
  expect(await server.psql("SELECT count(*) FROM pg_database WHERE datname = 'app_old'", "postgres")).toBe(
    "0",
  );
});

test("killed before or after any of its statements, it leaves the old one serving or the new one", async () => {
  const fixture = join(import.meta.dir, "fixtures/swap.ts");
  const preload = resolve(import.meta.dir, "../../../support/preload/die-at-query.ts");
  const env = { ...process.env, SWAP: JSON.stringify({ access: maintenance(), swap }) };
  const found: string[] = [];
  for (let count = 1; ; count += 1) {
    const codes = [];
    for (const when of ["before", "after"]) {
      const argv = [process.execPath, "--preload", preload, fixture];
      codes.push(await Bun.spawn(argv, { env: { ...env, DIE_AT_QUERY: `${count} ${when}` } }).exited);
      // The server learns at once that its client is gone, and takes back what was not committed.
      await untilPasses(async () => {
        await server.psql("SELECT 1");
      });
      found.push(await whoServes());
      if (found.at(-1) === "incoming")
        await swapDatabases(maintenance(), { ...swap, incoming: "app_old", kept: "incoming" });
    }
    if (codes.every((code) => code === 0)) break;
    expect(count).toBeLessThan(50);
  }
  expect(new Set(found)).toEqual(new Set(["app", "incoming"]));
}, 120_000);
