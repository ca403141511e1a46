import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { type Item, listBackups } from "../../../../sdk/core/manifest/index.ts";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { type Issued, issueCertificate } from "../../../support/certificates.ts";
import { errorOf } from "../../../support/document.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";

let server: PostgresServer;
let authority: Issued;

/** A server that is reached over the network by TLS only, as one that somebody else runs, with a user of few rights. */
beforeAll(async () => {
  server = await startPostgres();
  await server.psql(`
    CREATE ROLE tenant LOGIN PASSWORD 'a tenant' CREATEDB;
    CREATE DATABASE tenancy OWNER tenant;
  `);
  await server.psql(
    "CREATE TABLE people (id int); INSERT INTO people SELECT generate_series(1, 300)",
    "tenancy",
  );
  await server.psql("ALTER TABLE people OWNER TO tenant", "tenancy");
  authority = issueCertificate({ name: "an authority of the test's own", authority: true });
  const { host } = server.access();
  const own = issueCertificate({ name: "database", alternatives: [host], issuer: authority });
  await put("server.crt", own.certificate);
  await put("server.key", own.key);
  await server.psql("ALTER SYSTEM SET ssl = on");
  await server.psql("SELECT pg_reload_conf()");
}, 120_000);
afterAll(() => server?.[Symbol.asyncDispose]());

/** Writes a file into the server's folder, for its eyes only. */
async function put(name: string, text: string): Promise<void> {
  const script = 'umask 077; cat > "$1"; chown postgres:postgres "$1"';
  const path = `/var/lib/postgresql/data/cluster/${name}`;
  const argv = ["docker", "exec", "-i", server.container, "sh", "-c", script, "sh", path];
  await succeed(argv, { deadlineMs: 20_000, input: text });
}

function openManaged(caFile: string, changes: Record<string, unknown> = {}): BackupProject {
  const { host } = server.access();
  const reach = { service: undefined, host, tls: { caFile }, name: "tenancy", user: "tenant" };
  const project = openBackupProject(server, {}, { ...reach, passwordVariable: "TENANT", ...changes });
  writeFileSync(join(project.root, "authority.pem"), authority.certificate);
  const stranger = issueCertificate({ name: "another authority", authority: true });
  writeFileSync(join(project.root, "stranger.pem"), stranger.certificate);
  return project;
}

const itemsOf = (project: BackupProject): readonly Item[] =>
  listBackups(project.backups).backups[0]?.items ?? [];

test("over TLS, by this host's own pg_dump, and without the rights of a superuser", async () => {
  using project = openManaged("authority.pem");
  await server.psql(
    "CREATE EXTENSION hstore; CREATE TABLE words AS SELECT 1 AS a; GRANT SELECT ON words TO tenant; ALTER EXTENSION hstore ADD TABLE words",
    "tenancy",
  );
  await server.psql(
    "CREATE SUBSCRIPTION fed CONNECTION 'dbname=nowhere' PUBLICATION other WITH (connect = false)",
    "tenancy",
  );
  const { exitCode, stderr } = await project.run("backup-db", ["--verify", "restore"], {
    TENANT: "a tenant",
    PGHOSTADDR: "127.0.0.1",
  });
  expect([exitCode, stderr]).toEqual([0, stderr]);
  // What only a superuser may read, and what belongs to an extension, is left out, and a person is told.
  expect(stderr).toContain("warning: pg_dump: warning: subscriptions not dumped");
  expect(stderr).toContain("not in the backup of tenancy: the rows of public.words (hstore), which");
  const [dump, globals] = itemsOf(project);
  expect(dump?.facts).toMatchObject({
    owner: "tenant",
    tables: [{ schema: "public", name: "people", rows: 300 }],
  });
  expect(globals?.facts).toMatchObject({ passwords: false });
  expect(listBackups(project.backups).backups[0]?.verified.tier).toBe("restore");
});

test("a server whose certificate another authority issued gets no password", async () => {
  using project = openManaged("stranger.pem");
  const ended = await project.run("backup-db", ["--json"], { TENANT: "a tenant" });
  expect([ended.exitCode, errorOf(ended).code]).toEqual([1, "DATABASE_TLS_FAILED"]);
});

/** Passes on what server and client say, and lets the server call itself version 99. */
async function callingItselfNewer(host: string): Promise<{ port: number } & AsyncDisposable> {
  const proxy = createServer((client) => {
    const upstream = connect(5432, host);
    upstream.on("data", (bytes) => {
      const text = bytes.toString("latin1").replace(/(server_version\0)\d\d/, "$199");
      client.write(Buffer.from(text, "latin1"));
    });
    client.pipe(upstream);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return { port: address.port, [Symbol.asyncDispose]: async () => void proxy.close() };
}

test("a server that is newer than this host's pg_dump: it refuses, and what helps is said", async () => {
  const { host } = server.access();
  await using newer = await callingItselfNewer(host);
  using project = openManaged("authority.pem", { host: "127.0.0.1", port: newer.port, tls: undefined });
  const ended = await project.run("backup-db", ["--json"], { TENANT: "a tenant" });
  const { code, why, remedy } = errorOf(ended);
  expect([ended.exitCode, code]).toEqual([1, "BACKUP_FAILED"]);
  expect(why).toContain("server version mismatch");
  expect(remedy).toContain("postgresql-client");
  expect(listBackups(project.backups).backups).toEqual([]);
});
