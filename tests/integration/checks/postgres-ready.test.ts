import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresReady } from "../../../checks/index.ts";
import { docker } from "../../../sdk/systems/docker/index.ts";
import { connect } from "../../../sdk/systems/postgres/index.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres.ts";
import { untilPasses } from "../../support/until.ts";
import { nginxImage } from "./fixture.ts";

setDefaultTimeout(120_000);

const deadlineMs = 60_000;
const folder = mkdtempSync(join(tmpdir(), "switchover-postgres-ready-"));
const project = `switchover-postgres-ready-${process.pid}`;
const password = "pLanted-pg-s3cret";
const envFile = join(folder, ".env");

/** As a Compose service, so that the check finds its address. */
const labels = { project, service: "postgres" };
let server: PostgresServer;

beforeAll(async () => {
  await nginxImage();
  const labelFlags = Object.entries(labels).flatMap(([name, value]) => [
    "--label",
    `com.docker.compose.${name}=${value}`,
  ]);
  server = await startPostgres([...labelFlags, "--tmpfs", "/small:size=2m"], ["max_prepared_transactions=2"]);
  await server.psql(`
    CREATE ROLE app LOGIN PASSWORD '${password}';
    GRANT CREATE, USAGE ON SCHEMA public TO app;
    CREATE TABLE kept (n int);
    CREATE ROLE reader LOGIN PASSWORD '${password}';
    GRANT SELECT ON kept TO reader;
    CREATE ROLE writer LOGIN PASSWORD '${password}';
    GRANT INSERT ON kept TO writer;
  `);
  writeFileSync(envFile, `DB_PASSWORD=${password}\n`, { mode: 0o600 });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

type Options = Parameters<typeof postgresReady>[0];

function look(more: Partial<Options> = {}, deadline = "60s") {
  const options = { project, service: "postgres", database: "app", user: "app", envFile };
  return postgresReady({ ...options, ...more }, { deadline });
}

test("a database that lets us in and takes writes passes, and nothing of the write stays", async () => {
  const tables = "SELECT count(*) FROM pg_class";
  const before = await server.psql(tables);
  const finding = await look();
  expect(finding.summary).toMatch(/^app on PostgreSQL \d+\S* .*wrote to a table of its own; \d+ connections/);
  expect(finding.status).toBe("pass");
  expect(await server.psql(tables)).toBe(before);
  expect(await look({ user: "writer" })).toMatchObject({ status: "pass" });
  await server.psql("REVOKE TEMPORARY ON DATABASE app FROM PUBLIC");
  expect(await look({ user: "writer" })).toMatchObject({ status: "pass" });
});

test("a wrong password, an unknown database and a missing variable fail, and no password is shown", async () => {
  const wrong = join(folder, ".env.wrong");
  writeFileSync(wrong, "DB_PASSWORD=wrong-s3cret\n");
  const denied = await look({ envFile: wrong });
  expect(denied).toMatchObject({ status: "fail", evidence: { code: "DATABASE_DENIED" } });
  const unknown = await look({ database: "absent" });
  expect(unknown).toMatchObject({ status: "fail", evidence: { code: "DATABASE_UNKNOWN" } });
  const unset = await look({ passwordVariable: "ABSENT" });
  expect(unset.summary).toContain("ABSENT is not set");
  expect(JSON.stringify([denied, unknown, unset])).not.toContain("s3cret");
});

test("a role that may only read fails, and so does a database that is set to read-only", async () => {
  const reader = await look({ user: "reader" });
  expect(reader).toMatchObject({ status: "fail" });
  expect(reader.summary).toContain("write to no table");
  await server.psql("ALTER ROLE app SET default_transaction_read_only = on");
  const readOnly = await look();
  await server.psql("ALTER ROLE app RESET default_transaction_read_only");
  expect(readOnly).toMatchObject({ status: "fail" });
  expect(readOnly.summary).toContain("read-only transaction");
});

test("a full disk fails", async () => {
  await docker(["exec", server.container, "chown", "postgres", "/small"], { deadlineMs });
  await server.psql("CREATE TABLESPACE small LOCATION '/small'; GRANT CREATE ON TABLESPACE small TO app");
  await server.psql("ALTER ROLE app SET default_tablespace = small");
  const fill = "dd if=/dev/zero of=/small/ballast bs=4096 2>/dev/null; test -s /small/ballast";
  await docker(["exec", server.container, "sh", "-c", fill], { deadlineMs });
  const finding = await look();
  await docker(["exec", server.container, "rm", "/small/ballast"], { deadlineMs });
  await server.psql("ALTER ROLE app RESET default_tablespace");
  await server.psql("DROP TABLESPACE small");
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("No space left on device");
  expect(await look()).toMatchObject({ status: "pass" });
});

test("too few connections, and a version that is too old, fail", async () => {
  await server.psql("ALTER ROLE app CONNECTION LIMIT 6");
  const crowded = await look();
  await server.psql("ALTER ROLE app CONNECTION LIMIT -1");
  expect(crowded).toMatchObject({ status: "fail" });
  expect(crowded.summary).toContain("5 connections are left, and a second environment wants 10");
  const old = await look({ minimumVersion: 99 });
  expect(old).toMatchObject({ status: "fail" });
  expect(old.summary).toContain("99 is the oldest");
});

test("other roles' connections count, though an ordinary role does not see what they are", async () => {
  const others = await Promise.all([1, 2, 3].map(() => connect(server.access())));
  const finding = await look({ connections: 94 });
  await Promise.all(others.map((other) => other[Symbol.asyncDispose]()));
  // Of 100, three are the superuser's, three are held, and one is the look's own.
  expect(finding).toMatchObject({ status: "fail", evidence: { seesOthers: false } });
  expect(Number(finding.evidence["connectionsLeft"])).toBeLessThanOrEqual(93);
});

test("a transaction that is open for long, and a session that waits for a lock, warn", async () => {
  await using holder = await connect(server.access(), { asUsual: true });
  // What other roles do is not for everybody to see.
  expect((await look()).summary).toContain("pg_monitor");
  await server.psql("GRANT pg_monitor TO app");
  await holder.query("BEGIN; LOCK TABLE kept");
  const [{ pid } = {}] = await holder.query("SELECT pg_backend_pid() AS pid");
  await using waiter = await connect(server.access(), { lockMs: 60_000, statementMs: 60_000, asUsual: true });
  const waiting = waiter.query("LOCK TABLE kept; COMMIT");
  await untilPasses(async () => {
    const finding = await look({ longTransaction: "10ms" });
    expect(finding.status).toBe("warn");
    expect(finding.summary).toContain(`process ${pid} (`);
    expect(finding.summary).toMatch(new RegExp(`has waited \\d+ s for a lock of ${pid}`));
    expect(finding.remedy).toContain(`pg_terminate_backend(${pid})`);
  }, 30_000);
  await holder.query("ROLLBACK");
  await waiting;
  expect(await look()).toMatchObject({ status: "pass" });
});

test("a slot that nobody reads warns; a replica fails, and warns when it stays behind", async () => {
  await server.psql("SELECT pg_create_physical_replication_slot('unread', true)");
  await server.psql("CREATE TABLE wal AS SELECT generate_series(1, 20000) AS n");
  const unread = await look({ replicationLag: "100kB" });
  expect(unread).toMatchObject({ status: "warn" });
  expect(unread.summary).toContain("nobody reads the replication slot unread");
  await server.psql("SELECT pg_drop_replication_slot('unread')");

  const data = "/var/lib/postgresql/data/standby";
  const standby = `pg_basebackup -h /var/run/postgresql -U owner -D ${data} -R -c fast &&
    exec postgres -D ${data} -p 5433 -c unix_socket_directories=/tmp -c listen_addresses='*' -c max_prepared_transactions=2`;
  await docker(["exec", "--detach", "--user", "postgres", server.container, "bash", "-c", standby], {
    deadlineMs,
  });
  await untilPasses(async () => {
    const finding = await look({ port: 5433 });
    expect(finding.status).toBe("fail");
    expect(finding.summary).toContain("it is a standby, and takes no writes");
  }, 60_000);
  const there = { ...server.access(), port: 5433 };
  await using replica = await connect(there, { asUsual: true });
  await replica.query("SELECT pg_wal_replay_pause()");
  await server.psql("INSERT INTO wal SELECT generate_series(1, 20000)");
  await untilPasses(async () => {
    const behind = await look({ replicationLag: "100kB" });
    expect(behind.status).toBe("warn");
    expect(behind.summary).toMatch(/the replica \S+ is .* behind/);
  });
});

test("a prepared transaction that nobody ended warns", async () => {
  const prepare = "BEGIN; INSERT INTO kept VALUES (1); PREPARE TRANSACTION 'forgotten'";
  await server.psql(prepare);
  const finding = await look({ longTransaction: "1ms" });
  await server.psql("ROLLBACK PREPARED 'forgotten'");
  expect(finding).toMatchObject({ status: "warn" });
  expect(finding.summary).toContain("the prepared transaction forgotten has been open");
});

test("a server that takes the connection and says nothing fails within its time", async () => {
  const silent = createServer(() => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  silent.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const finding = await look({ project: undefined, service: undefined, port }, "1s");
  silent.close();
  expect(finding).toMatchObject({ status: "fail", evidence: { code: "DATABASE_UNREACHABLE" } });
});

test("a stopped PostgreSQL fails, with the way to start it", async () => {
  await docker(["stop", "--time", "0", server.container], { deadlineMs });
  const finding = await look();
  expect(finding).toMatchObject({ status: "fail", evidence: { state: "exited" } });
  expect(finding.remedy).toContain(`docker start ${server.container}`);
});

test("one that has no container yet is skipped, unless something runs that needs it", async () => {
  const absent = { service: "other" };
  expect(await look(absent)).toMatchObject({ status: "skip" });
  await docker(["start", server.container], { deadlineMs });
  const needed = await look({ ...absent, neededBy: [project] });
  expect(needed).toMatchObject({ status: "fail" });
  expect(needed.summary).toContain(`other has no container, and ${project} cannot work without`);
});
